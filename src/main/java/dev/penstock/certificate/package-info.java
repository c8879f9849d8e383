/** Certificates that are made here, and what is read of others. */
@NullMarked
package dev.penstock.certificate;

import org.jspecify.annotations.NullMarked;
