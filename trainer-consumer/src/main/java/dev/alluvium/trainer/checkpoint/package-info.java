/** Full training state on disk: complete or invisible. */
@NullMarked
package dev.alluvium.trainer.checkpoint;

import org.jspecify.annotations.NullMarked;
