/** How trained arrays change: AdamW with clipping, and learning rates as functions of the step. */
@NullMarked
package dev.alluvium.trainer.optim;

import org.jspecify.annotations.NullMarked;
