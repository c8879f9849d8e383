/** A small bounded HTTP server for the pages of operators and probes. */
@NullMarked
package dev.penstock.ops.page;

import org.jspecify.annotations.NullMarked;
