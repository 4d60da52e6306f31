package dev.alluvium.trainer.generate;

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
 */
public record WorkerStats(
    long answered,
    long errors,
    long released,
    long deadLetters,
    long tokens,
    String model,
    boolean paused) {
  static WorkerStats none() {
    return new WorkerStats(0, 0, 0, 0, 0, "", false);
  }
}
