package dev.alluvium.streams.registry;

import dev.alluvium.schemas.pair.RegisteredSchemas;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** Opens the source of registered schemas that the setting {@code curate.registry} names. */
public final class Registries {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private Registries() {}

  /**
   * The source a setting names: nothing for the built-in schema, a URL for a registry, else a
   * directory.
   *
   * @throws IllegalArgumentException when the setting names neither
   */
  public static RegisteredSchemas open(String registry) {
    if (registry.isBlank()) {
      return RegisteredSchemas.ownOnly();
    }
    boolean http = registry.startsWith("http://") || registry.startsWith("https://");
    return new CachedSchemas(
        http ? new HttpSchemas(registry, TIMEOUT) : new DirectorySchemas(Path.of(registry)),
        Clock.systemUTC());
  }
}
