package dev.alluvium.trainer.release;

import dev.alluvium.schemas.avro.ModelVersion;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;

/** Which versions keep their directories. */
public final class KeptVersions {
  private KeptVersions() {}

  /**
   * Names of the newest versions, of those that are needed whatever their age, and of the parents
   * of all of them.
   *
   * @param versions all there are, by name
   * @param newest how many of the newest
   * @param needed the one that answers, and those that training can return to
   */
  public static Set<String> of(
      SortedMap<String, ModelVersion> versions, int newest, Set<String> needed) {
    List<String> names = List.copyOf(versions.keySet());
    Set<String> kept = new HashSet<>(needed);
    kept.addAll(names.subList(Math.max(0, names.size() - newest), names.size()));
    List<String> parents =
        kept.stream()
            .map(versions::get)
            .filter(Objects::nonNull)
            .map(ModelVersion::getParent)
            .filter(Objects::nonNull)
            .toList();
    kept.addAll(parents);
    return Set.copyOf(kept);
  }
}
