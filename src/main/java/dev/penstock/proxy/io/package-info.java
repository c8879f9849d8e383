/** Which of the system's ways to wait for sockets is used. */
@NullMarked
package dev.penstock.proxy.io;

import org.jspecify.annotations.NullMarked;
