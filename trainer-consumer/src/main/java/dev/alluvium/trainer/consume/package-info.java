/** Whole windows and controls out of training.windows.v1, from a given offset. */
@NullMarked
package dev.alluvium.trainer.consume;

import org.jspecify.annotations.NullMarked;
