/** The port by which an operator gives a proxy its configuration and asks how it does. */
@NullMarked
package dev.penstock.proxy.control;

import org.jspecify.annotations.NullMarked;
