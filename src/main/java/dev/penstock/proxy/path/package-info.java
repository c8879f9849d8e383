/**
 * What a request asks for: the one canonical path and host that router, auth and backend all see,
 * and the route they lead to.
 */
@NullMarked
package dev.penstock.proxy.path;

import org.jspecify.annotations.NullMarked;
