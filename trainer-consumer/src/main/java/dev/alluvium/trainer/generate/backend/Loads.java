package dev.alluvium.trainer.generate.backend;

/**
 * How often another version was to be loaded to answer.
 *
 * @param loaded with success
 * @param failed without
 */
public record Loads(long loaded, long failed) {
  /** None, or nothing is loaded here. */
  public static final Loads NONE = new Loads(0, 0);
}
