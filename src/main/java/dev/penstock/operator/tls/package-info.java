/** The certificates that clients of a gateway meet: whatever happens, the last good ones. */
@NullMarked
package dev.penstock.operator.tls;

import org.jspecify.annotations.NullMarked;
