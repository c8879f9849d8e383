/** The Kubernetes API of the product, {@code penstock.dev/v1alpha1}: types and schema, no logic. */
@NullMarked
package dev.penstock.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
