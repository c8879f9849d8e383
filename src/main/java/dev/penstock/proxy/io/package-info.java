/** Sockets and event loops: how the system waits for them, tasks on them, and faults of them. */
@NullMarked
package dev.penstock.proxy.io;

import org.jspecify.annotations.NullMarked;
