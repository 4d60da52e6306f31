package dev.alluvium.cli.operate;

import dev.alluvium.schemas.avro.JudgeVerdict;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.schemas.avro.VersionStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything the topics know of a pair.
 *
 * @param pair its id
 * @param editions what reached the ledger, in its order; pairs that share the id are among them
 * @param erased offsets in the ledger of orders to erase it, in their order
 * @param letters inputs of this id that could not be used
 * @param places the windows it was in, in their order
 * @param versions the versions that learnt from it
 * @param untold versions made since, of which the ledger no longer tells
 */
record Lineage(
    String pair,
    List<Edition> editions,
    List<Long> erased,
    List<Letter> letters,
    List<InWindow> places,
    List<Learnt> versions,
    List<String> untold) {

  /** Nothing was found. */
  boolean isEmpty() {
    return editions.isEmpty() && letters.isEmpty() && places.isEmpty();
  }

  /**
   * A line of the ledger about the pair.
   *
   * @param offset in the ledger
   * @param arrived where it stands in pairs.v1
   * @param eventTime when it came to be; null for a probe, whose line does not say
   * @param source the producer's name of the data set
   * @param words whose words its target is; null for a probe
   * @param supersededBy offset in the ledger of the edition that came after it, if one did
   * @param heldOut what a probe measures; null for a candidate
   * @param text null unless it was asked for
   */
  record Edition(
      long offset,
      SourcePosition arrived,
      @Nullable Instant eventTime,
      String skill,
      String group,
      @Nullable String source,
      @Nullable Words words,
      List<JudgeVerdict> verdicts,
      @Nullable Long supersededBy,
      @Nullable HeldOut heldOut,
      @Nullable Text text) {}

  /**
   * Who wrote a target, and why this text.
   *
   * @param version the version that wrote it; null for gold
   * @param template digest of the prompt file
   */
  record Words(Origin origin, String reason, @Nullable String version, @Nullable String template) {
    static Words of(Target target) {
      return new Words(
          target.getOrigin(), target.getReason(), target.getModelVersion(), target.getTemplate());
    }
  }

  /**
   * What became of a probe.
   *
   * @param window the window that carried it to the trainer; null when none did
   * @param measured the versions that were measured by it
   */
  record HeldOut(@Nullable Long window, List<String> measured) {}

  /** The words themselves; a probe has no target. */
  record Text(Prompt prompt, @Nullable String target, String gold) {}

  /**
   * An input that could not be used.
   *
   * @param offset in dead-letters.v1
   * @param detail why, in words that may quote the pair; null unless text was asked for
   */
  record Letter(
      long offset,
      Instant time,
      String stage,
      String reason,
      SourcePosition source,
      @Nullable String detail) {}

  /**
   * An example of it.
   *
   * @param offset in training.windows.v1
   * @param arrived which edition it is
   * @param replayOf the window in which it was first trained, for a replayed one
   * @param words whose words were trained; a target that went stale is gold by then
   */
  record InWindow(
      long window,
      long offset,
      SourcePosition arrived,
      @Nullable Long replayOf,
      Words words,
      Result result) {}

  /** What became of an example. */
  enum Result {
    /** It is in the weights. */
    TRAINED,
    /** Its window is in no surviving weights. */
    QUARANTINED,
    /** Its window was trained without it: the model could not take it, or it was erased before. */
    REFUSED,
    /** The trainer has not come to it yet. */
    WAITING,
    /** The outcome of its window is no longer kept. */
    FORGOTTEN
  }

  /**
   * A version that learnt from the pair.
   *
   * @param answers whether it answers now
   * @param windows those in its weights, whoever trained them first
   */
  record Learnt(String version, VersionStatus status, boolean answers, List<Long> windows) {}
}
