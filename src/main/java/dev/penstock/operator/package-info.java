/** The operator: makes a cluster match what AIGateways and AIServices declare, and says so. */
@NullMarked
package dev.penstock.operator;

import org.jspecify.annotations.NullMarked;
