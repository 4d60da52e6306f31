package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.Candidate;
import org.jspecify.annotations.Nullable;

/**
 * One example on its way into a window.
 *
 * @param key where it lies: in the pool's store, or in the reservoirs' when it is replayed
 * @param candidate what it is made of
 * @param replayOf the window in which it was first trained; null when it is new
 */
record Content(String key, Candidate candidate, @Nullable Long replayOf) {}
