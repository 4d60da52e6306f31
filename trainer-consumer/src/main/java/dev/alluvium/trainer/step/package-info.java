/**
 * One optimizer step and one scoring pass: batches in, plain numbers out, nothing native left
 * behind.
 */
@NullMarked
package dev.alluvium.trainer.step;

import org.jspecify.annotations.NullMarked;
