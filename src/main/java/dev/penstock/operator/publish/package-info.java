/** The way of a configuration from its translation to the Secrets that proxies mount. */
@NullMarked
package dev.penstock.operator.publish;

import org.jspecify.annotations.NullMarked;
