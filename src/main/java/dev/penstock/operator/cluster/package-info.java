/** What the operator knows of the cluster, and how it writes to it. */
@NullMarked
package dev.penstock.operator.cluster;

import org.jspecify.annotations.NullMarked;
