/**
 * What is minimised: cross entropy of the trained tokens, calculated a chunk of rows at a time.
 * Knows nothing of Kafka.
 */
@NullMarked
package dev.alluvium.trainer.loss;

import org.jspecify.annotations.NullMarked;
