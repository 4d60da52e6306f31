/**
 * Reports in, drift and alarms out: a pure fold of {@code reports.v1}, which knows neither Kafka
 * nor the clock.
 */
@NullMarked
package dev.alluvium.streams.watch.fold;

import org.jspecify.annotations.NullMarked;
