/**
 * What a request passes before it is forwarded: one small stage a file, each with a closed verdict.
 */
@NullMarked
package dev.penstock.proxy.stage;

import org.jspecify.annotations.NullMarked;
