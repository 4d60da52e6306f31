package dev.alluvium.cli.demo;

import dev.alluvium.schemas.avro.AskReport;
import dev.alluvium.schemas.avro.CurateReport;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.TrainReport;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the flow stands, as its processes report it. Keeps totals only, so its size depends on the
 * number of tasks and versions, not of pairs.
 */
final class FlowState {
  private final Map<String, CurateReport> curate = new TreeMap<>();
  private final Map<String, AskReport> asked = new TreeMap<>();
  private final Map<String, ModelVersion> versions = new TreeMap<>();
  private @Nullable MixReport mix;
  private @Nullable TrainReport firstWindow;
  private @Nullable TrainReport lastWindow;
  private long windowsTrained;
  private long tokens;
  private long changes;

  void accept(Report report) {
    changes++;
    Object body = report.getBody();
    if (body instanceof CurateReport tasks) {
      curate.put(tasks.getTask(), tasks);
    } else if (body instanceof AskReport targets) {
      asked.put(targets.getTask(), targets);
    } else if (body instanceof MixReport books) {
      mix = books;
    } else if (body instanceof TrainReport window) {
      windowsTrained++;
      tokens += sum(window.getTokens());
      firstWindow = firstWindow == null ? window : firstWindow;
      lastWindow = window;
    }
  }

  void accept(ModelVersion version) {
    changes++;
    versions.put(version.getVersion(), version);
  }

  /**
   * A trainer that has windows to train and confirms its lease is at work, however long it takes.
   */
  void acceptHeartbeat() {
    if (mix != null && mix.getQueued() > 0) {
      changes++;
    }
  }

  /** Grows with every fact; two equal numbers mean that nothing happened in between. */
  long changes() {
    return changes;
  }

  /** Pairs that curate refused. */
  long rejected() {
    return curate.values().stream().mapToLong(task -> sum(task.getRejected())).sum();
  }

  /** Exact duplicates that curate dropped. */
  long duplicates() {
    return curate.values().stream().mapToLong(CurateReport::getDuplicates).sum();
  }

  /** Pairs whose fate in curate is decided. */
  long decided() {
    return rejected()
        + duplicates()
        + curate.values().stream().mapToLong(task -> sum(task.getProbes())).sum()
        + asked.values().stream()
            .flatMap(task -> task.getSkills().values().stream())
            .mapToLong(skill -> sum(skill.getOrigins()))
            .sum();
  }

  Optional<MixReport> mix() {
    return Optional.ofNullable(mix);
  }

  Optional<TrainReport> firstWindow() {
    return Optional.ofNullable(firstWindow);
  }

  Optional<TrainReport> lastWindow() {
    return Optional.ofNullable(lastWindow);
  }

  long windowsTrained() {
    return windowsTrained;
  }

  /** Exact trained tokens of one pass over every window. */
  long tokens() {
    return tokens;
  }

  /** The version whose last window is this one. */
  Optional<ModelVersion> versionAt(long window) {
    return versions.values().stream()
        .filter(version -> version.getLastWindow() == window)
        .reduce((earlier, later) -> later);
  }

  static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
