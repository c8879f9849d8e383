/** The operator: what it is told by the API server, it makes so. */
@NullMarked
package dev.penstock.operator;

import org.jspecify.annotations.NullMarked;
