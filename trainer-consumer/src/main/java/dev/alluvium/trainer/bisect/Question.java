package dev.alluvium.trainer.bisect;

import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.trainer.bisect.KnownWindow.Past;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is asked.
 *
 * @param skill the skill that broke
 * @param pairs ids of the probes to measure it by; none for those that the gate would take
 * @param good the version that was good; nothing for the base model
 * @param bad a later version that was trained on from it
 * @param windows all windows between them, at the moment the bad one was made
 */
public record Question(
    String skill,
    Set<String> pairs,
    Optional<ModelVersion> good,
    ModelVersion bad,
    SortedMap<Long, KnownWindow> windows) {
  /** What a person calls the base model. */
  public static final String BASE = "base";

  /** Copies the collections. */
  public Question {
    pairs = Set.copyOf(pairs);
    windows = Collections.unmodifiableSortedMap(new TreeMap<>(windows));
  }

  /** What a person calls the good one. */
  public String goodName() {
    return good.map(ModelVersion::getVersion).orElse(BASE);
  }

  /** The first window after the good version. */
  public long firstWindow() {
    return good.map(ModelVersion::getLastWindow).orElse(0L) + 1;
  }

  /** The last window of the bad version. */
  public long lastWindow() {
    return bad.getLastWindow();
  }

  /** How many windows between are in no weights of the bad version. */
  public long leftOut() {
    return windows.values().stream()
        .filter(window -> window.past() != Past.TRAINED && window.past() != Past.UNTOLD)
        .count();
  }
}
