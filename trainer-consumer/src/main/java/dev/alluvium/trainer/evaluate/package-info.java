/** One model, with an adapter or without: loaded for people and for measurements. */
@NullMarked
package dev.alluvium.trainer.evaluate;

import org.jspecify.annotations.NullMarked;
