/** The watch's Kafka side: a thin processor around the fold, its stores and its topology. */
@NullMarked
package dev.alluvium.streams.watch;

import org.jspecify.annotations.NullMarked;
