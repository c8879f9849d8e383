/**
 * The plain-text pages by which a gateway is watched: health, readiness, metrics, configuration.
 */
@NullMarked
package dev.penstock.proxy.admin;

import org.jspecify.annotations.NullMarked;
