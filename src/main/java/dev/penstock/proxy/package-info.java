/**
 * The data plane: listeners, the exchange of a request for its answer, and the swap of its config.
 */
@NullMarked
package dev.penstock.proxy;

import org.jspecify.annotations.NullMarked;
