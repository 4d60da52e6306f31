package dev.alluvium.trainer.release;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.alluvium.trainer.files.FileDigest;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
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
 * @param baseDigest SHA-256 of the base model's content; null in manifests from before it was known
 * @param firstWindow first window trained since the version before
 * @param lastWindow last window trained
 * @param nextOffset offset in training.windows.v1 after it
 * @param steps optimizer steps since the beginning
 * @param settingsDigest digest of the settings that shape the weights
 * @param weightsDigest SHA-256 of the weight files, in the order of their names
 * @param files every other file of the directory, by its path in there; empty in manifests from
 *     before they were listed
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
    @Nullable String baseDigest,
    long firstWindow,
    long lastWindow,
    long nextOffset,
    long steps,
    String settingsDigest,
    String weightsDigest,
    SortedMap<String, FileDigest> files,
    String checkpoint,
    Map<String, Comparison> probes,
    String createdAt) {

  /** Refuses what a reader would trip over later. */
  public Manifest {
    for (String text : List.of(version, status, method, baseModel, weightsDigest, checkpoint)) {
      Objects.requireNonNull(text);
    }
    files =
        files == null ? new TreeMap<>() : Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /**
   * Why the version does not go with a base model; nothing if it does, or if nobody knows.
   *
   * @param base directory of a model
   * @param digest SHA-256 of its content
   */
  public Optional<String> otherBase(Path base, String digest) {
    return baseDigest == null || baseDigest.equals(digest)
        ? Optional.empty()
        : Optional.of(
            "%s was trained on another base model than the one in %s: SHA-256 over its weights, configuration and tokenizer is %s, expected %s; bring back the files that were in %s, or name the directory where they are"
                .formatted(version, base, digest, baseDigest, baseModel));
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
