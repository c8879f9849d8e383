/** Who may be at a backend, and in which order the others wait. */
@NullMarked
package dev.penstock.proxy.queue;

import org.jspecify.annotations.NullMarked;
