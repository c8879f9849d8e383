/** The entry point, which alone may see every other package. */
@NullMarked
package dev.penstock;

import org.jspecify.annotations.NullMarked;
