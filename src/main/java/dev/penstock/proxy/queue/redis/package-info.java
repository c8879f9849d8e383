/** Lets all replicas share the permits of a service, and one queue for them, through a Redis. */
@NullMarked
package dev.penstock.proxy.queue.redis;

import org.jspecify.annotations.NullMarked;
