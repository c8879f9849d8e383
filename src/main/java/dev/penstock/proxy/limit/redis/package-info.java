/**
 * Keeps the buckets of all replicas in one Redis: a script decides in one round trip, and whatever
 * Redis does, every question is answered in time.
 */
@NullMarked
package dev.penstock.proxy.limit.redis;

import org.jspecify.annotations.NullMarked;
