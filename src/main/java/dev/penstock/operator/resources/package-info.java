/** The objects that a gateway and an AI service own in a cluster: pure, one class for each. */
@NullMarked
package dev.penstock.operator.resources;

import org.jspecify.annotations.NullMarked;
