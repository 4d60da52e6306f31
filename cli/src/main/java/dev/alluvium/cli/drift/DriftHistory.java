package dev.alluvium.cli.drift;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.schemas.avro.DriftReport;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the watch said of the last windows.
 *
 * @param windows the last report of each, by window
 * @param standing alarms that stand now, to the window at which they began
 */
record DriftHistory(SortedMap<Long, DriftReport> windows, Map<String, Long> standing) {
  /** Reads the reports; keeps so many windows. */
  static DriftHistory read(Cluster cluster, int last) {
    SortedMap<Long, DriftReport> windows = new TreeMap<>();
    SortedMap<String, Long> standing = new TreeMap<>();
    cluster
        .reader()
        .read(
            cluster.topics().reports(),
            record -> {
              if (record.value().getBody() instanceof DriftReport drift) {
                windows.put(drift.getWindowId(), drift);
                standing.clear();
                standing.putAll(drift.getStanding());
                if (windows.size() > last) {
                  windows.remove(windows.firstKey());
                }
              }
            });
    return new DriftHistory(windows, standing);
  }

  /** Oldest first. */
  Collection<DriftReport> reports() {
    return windows.values();
  }
}
