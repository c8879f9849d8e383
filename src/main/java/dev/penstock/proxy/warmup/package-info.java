/** Makes the JVM compile the path of a request before, or while, the first real ones arrive. */
@NullMarked
package dev.penstock.proxy.warmup;

import org.jspecify.annotations.NullMarked;
