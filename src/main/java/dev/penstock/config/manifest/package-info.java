/**
 * Manifests in files: strict YAML, held to the schema of the CRDs, with the line of everything that
 * is wrong.
 */
@NullMarked
package dev.penstock.config.manifest;

import org.jspecify.annotations.NullMarked;
