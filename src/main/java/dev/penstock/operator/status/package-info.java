/** What became of gateways and services, told in their status and in events. */
@NullMarked
package dev.penstock.operator.status;

import org.jspecify.annotations.NullMarked;
