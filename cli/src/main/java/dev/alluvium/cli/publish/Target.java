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
record Target(String version, Optional<Adapter> adapter, String fault) {
  static final String BASE = "base";

  static Target of(Adapter adapter) {
    return new Target(adapter.version(), Optional.of(adapter), "");
  }

  static Target base() {
    return new Target(BASE, Optional.empty(), "");
  }

  static Target refused(String version, String fault) {
    return new Target(version, Optional.empty(), fault);
  }
}
