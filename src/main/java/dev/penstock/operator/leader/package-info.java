/** Which of several operators may write. */
@NullMarked
package dev.penstock.operator.leader;

import org.jspecify.annotations.NullMarked;
