/** How configurations get from the operator to the proxies of a gateway, and how those do. */
@NullMarked
package dev.penstock.operator.delivery;

import org.jspecify.annotations.NullMarked;
