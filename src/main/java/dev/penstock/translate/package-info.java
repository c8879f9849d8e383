/**
 * From resources to what a proxy has to do, with every problem found on the way: pure, without
 * client, clock or input and output.
 */
@NullMarked
package dev.penstock.translate;

import org.jspecify.annotations.NullMarked;
