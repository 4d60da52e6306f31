/**
 * The model runtime: a decoder read from a Hugging Face directory, its trainable parameters, its
 * forward pass and its completions. Knows nothing of Kafka.
 *
 * <p>Shapes: B batch, T positions, C width, H query heads, K key/value heads, D head size, M mlp
 * width, V vocabulary, N selected rows.
 */
@NullMarked
package dev.alluvium.trainer.model;

import org.jspecify.annotations.NullMarked;
