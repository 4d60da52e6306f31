/**
 * Metrics: one catalogue of our own, filled from what the reports say, beside those of Kafka
 * Streams and the process, in a registry that Prometheus reads.
 */
@NullMarked
package dev.alluvium.streams.metrics;

import org.jspecify.annotations.NullMarked;
