/**
 * What a proxy has to do, as immutable values: the one language between translation and proxy. A
 * value that exists is valid.
 */
@NullMarked
package dev.penstock.model;

import org.jspecify.annotations.NullMarked;
