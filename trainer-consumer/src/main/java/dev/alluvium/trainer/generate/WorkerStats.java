package dev.alluvium.trainer.generate;

import dev.alluvium.trainer.generate.backend.Loads;

/**
 * What a worker has done since it started.
 *
 * @param answered requests with a result
 * @param errors results that say there is none
 * @param released requests given back, each time counted
 * @param deadLetters records that were no usable request
 * @param tokens tokens generated
 * @param model what answers now
 * @param paused true while nothing is taken, because the backend is best left alone
 * @param batches how requests were answered together
 * @param loads how often another version was loaded
 */
public record WorkerStats(
    long answered,
    long errors,
    long released,
    long deadLetters,
    long tokens,
    String model,
    boolean paused,
    Batches batches,
    Loads loads) {
  /** Nothing yet. */
  public static WorkerStats none() {
    return new WorkerStats(0, 0, 0, 0, 0, "", false, Batches.none(), Loads.NONE);
  }
}
