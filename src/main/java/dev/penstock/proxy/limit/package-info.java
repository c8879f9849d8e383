/**
 * Decides whether a client may send one more request to a service now: token buckets in exact
 * integers, behind one method that a local and a shared store can both answer.
 */
@NullMarked
package dev.penstock.proxy.limit;

import org.jspecify.annotations.NullMarked;
