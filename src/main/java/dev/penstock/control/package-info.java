/** What the operator and its proxies say to one another on the control port, and how. */
@NullMarked
package dev.penstock.control;

import org.jspecify.annotations.NullMarked;
