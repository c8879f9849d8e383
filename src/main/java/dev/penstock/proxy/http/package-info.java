/** HTTP/1.1 messages as bytes with an index: strict parsing (RFC 9112), framing, and writing. */
@NullMarked
package dev.penstock.proxy.http;

import org.jspecify.annotations.NullMarked;
