/** What a connection becomes when its backend has switched protocols: bytes both ways. */
@NullMarked
package dev.penstock.proxy.tunnel;

import org.jspecify.annotations.NullMarked;
