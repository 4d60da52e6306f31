/**
 * The dashboard: reports and versions are read from Kafka into a bounded history, which is served
 * with metrics and health over HTTP to a page that needs nothing from outside.
 */
@NullMarked
package dev.alluvium.streams.dashboard;

import org.jspecify.annotations.NullMarked;
