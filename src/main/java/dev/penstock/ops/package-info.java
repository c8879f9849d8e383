/** What the operator of a gateway watches it by: request facts, access log and metrics. */
@NullMarked
package dev.penstock.ops;

import org.jspecify.annotations.NullMarked;
