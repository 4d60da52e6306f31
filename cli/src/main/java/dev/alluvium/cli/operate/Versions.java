package dev.alluvium.cli.operate;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.VersionStatus;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The versions of a namespace, as models.v1 has them now. */
record Versions(Map<String, ModelVersion> byName) {
  static Versions read(Cluster cluster) {
    Map<String, ModelVersion> versions = new TreeMap<>();
    cluster
        .reader()
        .read(
            cluster.topics().models(),
            record -> {
              if (record.value() != null) {
                versions.put(record.key(), record.value());
              }
            });
    return new Versions(versions);
  }

  Collection<ModelVersion> all() {
    return byName.values();
  }

  /** The version that answers. */
  Optional<String> serving() {
    return newest(VersionStatus.PROMOTED);
  }

  /** The version that training goes on from. */
  Optional<String> training() {
    return newest(VersionStatus.PROMOTED, VersionStatus.HELD);
  }

  /** Names count upwards in six digits, so the last in order is the newest. */
  private Optional<String> newest(VersionStatus... statuses) {
    return all().stream()
        .filter(version -> List.of(statuses).contains(version.getStatus()))
        .map(ModelVersion::getVersion)
        .reduce((earlier, later) -> later);
  }
}
