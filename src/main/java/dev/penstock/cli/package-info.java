/** The commands of {@code penstock}, and how they speak to people. */
@NullMarked
package dev.penstock.cli;

import org.jspecify.annotations.NullMarked;
