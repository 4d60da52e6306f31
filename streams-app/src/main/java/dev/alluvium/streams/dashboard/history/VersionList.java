package dev.alluvium.streams.dashboard.history;

import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.VersionStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The newest versions, in their order; of older ones the status is kept. */
final class VersionList {
  static final int MOST = 100;
  private static final int MOST_STATUSES = 100_000;

  /** Names count upwards in six digits and more: the shorter is the older. */
  private static final Comparator<String> BY_NUMBER =
      Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

  private static final Pattern NAME = Pattern.compile("v\\d{6,18}");

  private final TreeMap<String, ModelVersion> versions = new TreeMap<>(BY_NUMBER);

  private final TreeMap<String, VersionStatus> statuses = new TreeMap<>(BY_NUMBER);

  /** The number of the last change. */
  private long changed;

  void accept(ModelVersion version, long change) {
    if (NAME.matcher(version.getVersion()).matches()) {
      versions.put(version.getVersion(), version);
      if (versions.size() > MOST) {
        versions.pollFirstEntry();
      }
      statuses.put(version.getVersion(), version.getStatus());
      if (statuses.size() > MOST_STATUSES) {
        statuses.pollFirstEntry();
      }
      changed = change;
    }
  }

  long changed() {
    return changed;
  }

  /** Oldest first. */
  List<ModelVersion> all() {
    return new ArrayList<>(versions.values());
  }

  /** How many have each status, none included. */
  Map<String, Long> statuses() {
    Map<String, Long> counts = new TreeMap<>();
    for (VersionStatus status : VersionStatus.values()) {
      counts.put(status.toString(), 0L);
    }
    statuses.values().forEach(status -> counts.merge(status.toString(), 1L, Long::sum));
    return counts;
  }

  /** The version that answers. */
  Optional<ModelVersion> serving() {
    return versions.descendingMap().values().stream()
        .filter(version -> version.getStatus() == VersionStatus.PROMOTED)
        .findFirst();
  }

  /** The newest with measured probes. */
  Optional<ModelVersion> measured() {
    return versions.descendingMap().values().stream()
        .filter(version -> !version.getProbes().isEmpty())
        .findFirst();
  }
}
