/** Who the client is: its address, taken from the connection or from those who may tell it. */
@NullMarked
package dev.penstock.proxy.client;

import org.jspecify.annotations.NullMarked;
