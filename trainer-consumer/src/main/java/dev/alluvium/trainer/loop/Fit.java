package dev.alluvium.trainer.loop;

import dev.alluvium.trainer.checkpoint.TrainingPosition;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a saved state must have in common with a learner.
 *
 * @param shape a digest over the base model's configuration, the names and sizes of its weight
 *     files, and what of it is trained
 * @param base directory of the base model
 * @param baseDigest SHA-256 of the base model's content
 */
public record Fit(String shape, Path base, String baseDigest) {
  /**
   * Fails unless a state fits.
   *
   * @param checkpoint its name
   * @throws IllegalStateException when it belongs to another base model, method or adapter shape
   */
  void require(String checkpoint, TrainingPosition saved) {
    misfit(checkpoint, saved)
        .ifPresent(
            misfit -> {
              throw new IllegalStateException(misfit);
            });
  }

  /**
   * Why a state does not fit; nothing if it does. States from before the content was known are
   * compared by their shape only.
   *
   * @param checkpoint its name
   */
  public Optional<String> misfit(String checkpoint, TrainingPosition saved) {
    if (!saved.fit().equals(shape)) {
      return Optional.of(
          "checkpoint %s was trained on another base model or with another train.method or train.lora: bring those settings back, or start a new namespace"
              .formatted(checkpoint));
    }
    String expected = saved.baseDigest();
    if (expected == null || expected.equals(baseDigest)) {
      return Optional.empty();
    }
    return Optional.of(
        "checkpoint %s was trained on a base model of the same shape and another content than the one in %s: SHA-256 over its weights, configuration and tokenizer is %s, expected %s; bring those files back, point train.model to where they are, or start a new namespace"
            .formatted(checkpoint, base, baseDigest, expected));
  }
}
