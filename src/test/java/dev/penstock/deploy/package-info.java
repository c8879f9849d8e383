/** Tests of what is under deploy/: the chart, the image, and what Argo CD is given. */
@NullMarked
package dev.penstock.deploy;

import org.jspecify.annotations.NullMarked;
