package dev.alluvium.trainer.release;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What answers, as applications and routers read it.
 *
 * @param model name to ask servers for
 * @param version such as {@code v000012}, or {@code base}
 * @param since when it took the place of what answered before
 * @param left when names stopped to answer, of those that servers may still have
 */
public record Published(
    String model, String version, Instant since, SortedMap<String, Instant> left) {
  /** Copies the map. */
  public Published {
    left = Collections.unmodifiableSortedMap(new TreeMap<>(left));
  }
}
