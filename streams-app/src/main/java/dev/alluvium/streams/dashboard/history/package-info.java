/**
 * What the dashboard and the metrics remember: reports and versions flow in, a bounded history over
 * time and the newest totals flow out. Knows neither Kafka nor HTTP.
 */
@NullMarked
package dev.alluvium.streams.dashboard.history;

import org.jspecify.annotations.NullMarked;
