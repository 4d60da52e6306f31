/**
 * Settings of the stream processors: records that refuse to be wrong. Plain values flow out;
 * nothing here knows Kafka.
 */
@NullMarked
package dev.alluvium.streams.config;

import org.jspecify.annotations.NullMarked;
