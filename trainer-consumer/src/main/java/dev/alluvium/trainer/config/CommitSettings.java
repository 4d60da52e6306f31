package dev.alluvium.trainer.config;

import static dev.alluvium.trainer.config.Check.require;

/**
 * When training is made to count.
 *
 * @param minSeconds a commit waits until so much has been trained, unless nothing else is to do
 */
public record CommitSettings(int minSeconds) {
  /** Checks every value. */
  public CommitSettings {
    require(minSeconds >= 0, "train.commit.minSeconds is %d: expected 0 or more", minSeconds);
  }
}
