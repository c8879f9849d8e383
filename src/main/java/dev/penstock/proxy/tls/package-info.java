/** TLS on both sides: what clients meet, chosen by server name, and what backends must prove. */
@NullMarked
package dev.penstock.proxy.tls;

import org.jspecify.annotations.NullMarked;
