package dev.alluvium.cli.publish;

import java.util.Optional;

/**
 * What shall answer.
 *
 * @param version its name, or {@link #BASE} when no version is promoted
 * @param adapter what servers must have for it; nothing for the base model, or when it is no
 *     adapter
 * @param fault why servers cannot have it; empty when they can
 */
record Wanted(String version, Optional<Adapter> adapter, String fault) {
  static final String BASE = "base";

  static Wanted of(Adapter adapter) {
    return new Wanted(adapter.version(), Optional.of(adapter), "");
  }

  static Wanted base() {
    return new Wanted(BASE, Optional.empty(), "");
  }

  static Wanted refused(String version, String fault) {
    return new Wanted(version, Optional.empty(), fault);
  }
}
