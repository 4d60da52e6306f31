/** The mixer's Kafka side: a thin processor around the fold, its stores and its topology. */
@NullMarked
package dev.alluvium.streams.mix;

import org.jspecify.annotations.NullMarked;
