/** Runs what the pages and examples of the project show, as a newcomer would. */
@NullMarked
package dev.penstock.examples;

import org.jspecify.annotations.NullMarked;
