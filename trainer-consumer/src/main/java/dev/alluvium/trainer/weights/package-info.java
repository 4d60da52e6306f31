/**
 * Model weights on disk: safetensors files and shards in and out, as plain float arrays and shapes.
 *
 * <p>Knows neither the tensor library nor Kafka, so that checks and conversions run anywhere.
 */
@NullMarked
package dev.alluvium.trainer.weights;

import org.jspecify.annotations.NullMarked;
