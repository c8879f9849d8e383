/** What tests of many packages need. */
@NullMarked
package dev.penstock.testing;

import org.jspecify.annotations.NullMarked;
