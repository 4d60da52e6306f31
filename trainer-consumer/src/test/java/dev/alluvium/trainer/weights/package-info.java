/** Tests of weights on disk. */
@NullMarked
package dev.alluvium.trainer.weights;

import org.jspecify.annotations.NullMarked;
