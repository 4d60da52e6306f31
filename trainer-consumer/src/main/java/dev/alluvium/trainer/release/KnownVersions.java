package dev.alluvium.trainer.release;

import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.VersionStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What models.v1 says by now: each version as it was written last. Owned by one thread. */
public final class KnownVersions {
  /** In the order of writing. */
  private final Map<String, ModelVersion> written = new LinkedHashMap<>();

  /**
   * The next record of models.v1.
   *
   * @param version null when the version was deleted
   * @return what was known of it before; null for nothing
   */
  public @Nullable ModelVersion add(String name, @Nullable ModelVersion version) {
    ModelVersion before = written.remove(name);
    if (version != null) {
      written.put(name, version);
    }
    return before;
  }

  /** All of them, by name. */
  public SortedMap<String, ModelVersion> byName() {
    return new TreeMap<>(written);
  }

  /** The version that answers: of those promoted the one written last. */
  public Optional<ModelVersion> serving() {
    return written.values().stream()
        .filter(version -> version.getStatus() == VersionStatus.PROMOTED)
        .reduce((earlier, later) -> later);
  }

  /** Whether there is a version of this name. */
  public boolean has(String name) {
    return written.containsKey(name);
  }
}
