/** How full the memory is, and what that means for new work and for who holds most of it. */
@NullMarked
package dev.penstock.proxy.overload;

import org.jspecify.annotations.NullMarked;
