/**
 * Connections to backends: addresses, balancing, pools, and the HTTP/1.1 client side of an
 * exchange.
 */
@NullMarked
package dev.penstock.proxy.upstream;

import org.jspecify.annotations.NullMarked;
