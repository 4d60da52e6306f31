/** Tests of pretraining and of the models it made. */
@NullMarked
package dev.alluvium.trainer.pretrain;

import org.jspecify.annotations.NullMarked;
