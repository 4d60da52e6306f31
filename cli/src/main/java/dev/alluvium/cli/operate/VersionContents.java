package dev.alluvium.cli.operate;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.WindowOpen;
import dev.alluvium.schemas.avro.WindowRecord;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a version was trained on since its parent: records in, counts out. Takes the ledger's
 * outcomes first, then the windows. Versions that were held in between belong to it, what was left
 * behind in between does not.
 */
final class VersionContents {
  private final ModelVersion version;
  private final long after;
  private final WindowFates fates;
  private final Set<Long> opened = new HashSet<>();
  private final Map<Long, Counts> counts = new HashMap<>();
  private final SortedMap<String, Skill> skills = new TreeMap<>();
  private final @Nullable Consumer<String> pairs;
  private final Set<String> told = new HashSet<>();

  /** What is counted of a window. */
  private static final class Counts {
    private long examples;
    private long replayed;
    private long refused;
  }

  private static final Counts NOTHING = new Counts();

  /**
   * A window in the version's weights.
   *
   * @param outcome the last word on it: quarantined, when the version was left behind
   * @param kept whether all its examples are still there to be counted
   * @param examples those that were trained
   * @param replayed of them those that were trained before
   * @param refused those that the model could not take
   */
  record Window(OutcomeStatus outcome, boolean kept, long examples, long replayed, long refused) {}

  /**
   * Examples of a skill.
   *
   * @param origins how many by whose words they are
   * @param replayed how many of them were trained before
   */
  record Skill(Map<String, Long> origins, long replayed) {
    private static final Skill NONE = new Skill(Map.of(), 0);

    private Skill plus(Example example) {
      Map<String, Long> sums = new TreeMap<>(origins);
      sums.merge(example.getTarget().getOrigin().name(), 1L, Long::sum);
      return new Skill(sums, replayed + (example.getReplayOf() == null ? 0 : 1));
    }

    /** All of them. */
    long examples() {
      return origins.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * Before the first record.
   *
   * @param after the last window that is in the parent's weights
   * @param pairs told the id of each pair once, in the order of the windows; null when not wanted
   */
  VersionContents(ModelVersion version, long after, @Nullable Consumer<String> pairs) {
    this.version = version;
    this.after = after;
    this.pairs = pairs;
    this.fates =
        new WindowFates(
            List.of(version), window -> window > after && window <= version.getLastWindow());
  }

  /** Reads them from a cluster. */
  static VersionContents read(
      Cluster cluster, Versions versions, ModelVersion version, @Nullable Consumer<String> pairs) {
    String parent = version.getParent();
    long after = parent == null ? 0 : versions.get(parent).getLastWindow();
    VersionContents contents = new VersionContents(version, after, pairs);
    cluster
        .reader()
        .read(
            cluster.topics().ledger(),
            record -> {
              if (record.value().getEntry() instanceof Outcome outcome) {
                contents.outcome(outcome);
              }
            });
    cluster.reader().read(cluster.topics().windows(), record -> contents.window(record.value()));
    return contents;
  }

  /** The next outcome of the ledger. */
  void outcome(Outcome outcome) {
    fates.accept(outcome);
  }

  /** The next record of training.windows.v1. */
  void window(WindowRecord record) {
    if (record.getRecord() instanceof WindowOpen open
        && fates.learnt(version).contains(open.getWindowId())) {
      opened.add(open.getWindowId());
    }
    if (!(record.getRecord() instanceof Example example)
        || !fates.learnt(version).contains(example.getWindowId())) {
      return;
    }
    Counts window = counts.computeIfAbsent(example.getWindowId(), id -> new Counts());
    if (fates.isRefused(example.getWindowId(), example.getIndex())) {
      window.refused++;
      return;
    }
    window.examples++;
    window.replayed += example.getReplayOf() == null ? 0 : 1;
    skills.compute(
        example.getSkill(), (name, skill) -> (skill == null ? Skill.NONE : skill).plus(example));
    if (pairs != null && told.add(example.getPairId())) {
      pairs.accept(example.getPairId());
    }
  }

  /** Whether the ledger still tells which windows are in it. */
  boolean isKnown() {
    return fates.tellsOf(version) && fates.tellsOfAll(after + 1, version.getLastWindow());
  }

  /** The windows in it, by id. */
  SortedMap<Long, Window> windows() {
    SortedMap<Long, Window> windows = new TreeMap<>();
    for (long id : fates.learnt(version)) {
      Counts found = counts.getOrDefault(id, NOTHING);
      OutcomeStatus outcome = fates.outcome(id).orElseThrow();
      windows.put(
          id,
          new Window(outcome, opened.contains(id), found.examples, found.replayed, found.refused));
    }
    return windows;
  }

  /** The examples in it by skill. */
  SortedMap<String, Skill> skills() {
    return Collections.unmodifiableSortedMap(skills);
  }

  /** All examples in it. */
  long examples() {
    return skills.values().stream().mapToLong(Skill::examples).sum();
  }

  /** Of them those that were trained before. */
  long replayed() {
    return skills.values().stream().mapToLong(Skill::replayed).sum();
  }
}
