/**
 * The memory of a training step: calculated from the shape of the model and the batch, and measured
 * in the running process.
 */
@NullMarked
package dev.alluvium.trainer.memory;

import org.jspecify.annotations.NullMarked;
