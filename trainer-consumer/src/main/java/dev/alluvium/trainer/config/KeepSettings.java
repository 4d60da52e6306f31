package dev.alluvium.trainer.config;

import static dev.alluvium.trainer.config.Check.require;

/**
 * How much state is kept.
 *
 * @param checkpoints newest checkpoints
 * @param promoted newest promoted versions whose checkpoints stay, so that training can return
 * @param versions newest versions whose directories stay, beside those that are needed
 */
public record KeepSettings(int checkpoints, int promoted, int versions) {
  /** Checks every value. */
  public KeepSettings {
    require(checkpoints >= 1, "train.keep.checkpoints is %d: expected 1 or more", checkpoints);
    require(promoted >= 1, "train.keep.promoted is %d: expected 1 or more", promoted);
    require(versions >= 1, "train.keep.versions is %d: expected 1 or more", versions);
  }
}
