package dev.alluvium.trainer.release;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a version comes from, for people and for audits.
 *
 * @param version its name
 * @param parent the promoted version it was trained on from
 * @param status the gate's decision
 * @param reason why
 * @param method what was trained: {@code lora} or {@code full}
 * @param baseModel directory of the base model
 * @param firstWindow first window trained since the version before
 * @param lastWindow last window trained
 * @param nextOffset offset in training.windows.v1 after it
 * @param steps optimizer steps since the beginning
 * @param settingsDigest digest of the settings that shape the weights
 * @param weightsDigest SHA-256 of the weight files, in the order of their names
 * @param checkpoint name of the checkpoint with the full training state
 * @param probes by skill: perplexity, accuracy and number of the base model and of this version
 * @param createdAt ISO instant
 */
public record Manifest(
    String version,
    @Nullable String parent,
    String status,
    String reason,
    String method,
    String baseModel,
    long firstWindow,
    long lastWindow,
    long nextOffset,
    long steps,
    String settingsDigest,
    String weightsDigest,
    String checkpoint,
    Map<String, Comparison> probes,
    String createdAt) {

  /** Refuses what a reader would trip over later. */
  public Manifest {
    for (String text : List.of(version, status, method, baseModel, weightsDigest, checkpoint)) {
      Objects.requireNonNull(text);
    }
  }

  /** A skill's probes, answered by the base model and by this version. */
  public record Comparison(Measurement before, Measurement after) {}

  /**
   * Perplexity, share of exact responses, number of probes.
   *
   * @param judgedAccuracy share of the judged answers that are right; null where none was written
   * @param judged number of judged answers
   */
  public record Measurement(
      double perplexity,
      double accuracy,
      int n,
      @JsonInclude(Include.NON_NULL) @Nullable Double judgedAccuracy,
      @JsonInclude(Include.NON_DEFAULT) int judged) {}
}
