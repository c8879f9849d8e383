/**
 * How a configuration is written down and comes in: its JSON form, and files that are watched while
 * the last good set stays in use.
 */
@NullMarked
package dev.penstock.config;

import org.jspecify.annotations.NullMarked;
