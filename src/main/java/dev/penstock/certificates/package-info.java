/** Certificates that are made here: self-signed ones, and those of an authority of our own. */
@NullMarked
package dev.penstock.certificates;

import org.jspecify.annotations.NullMarked;
