/** What is particular to HTTP/2: its header lists, the frames a client may send for nothing. */
@NullMarked
package dev.penstock.proxy.http2;

import org.jspecify.annotations.NullMarked;
