/**
 * What the operator makes and renews: the control port's authority, and certificates for clients.
 */
@NullMarked
package dev.penstock.operator.certificates;

import org.jspecify.annotations.NullMarked;
