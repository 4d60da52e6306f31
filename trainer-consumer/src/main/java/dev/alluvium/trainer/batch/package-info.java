/**
 * Tokenized examples in, right-padded batches of similar length out, in an order that a seed
 * decides. Plain numbers only.
 */
@NullMarked
package dev.alluvium.trainer.batch;

import org.jspecify.annotations.NullMarked;
