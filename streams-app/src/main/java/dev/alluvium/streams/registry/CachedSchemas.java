package dev.alluvium.streams.registry;

import dev.alluvium.schemas.pair.RegisteredSchemas;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * Remembers what a slower source said. Schemas never change, so they are kept; that an id is
 * unknown is believed for a short while only, because it may be registered any time. Safe for
 * several threads.
 */
final class CachedSchemas implements RegisteredSchemas {
  static final int ENTRIES = 256;
  static final Duration UNKNOWN_FOR = Duration.ofSeconds(10);

  private final RegisteredSchemas source;
  private final Clock clock;
  private final Map<Integer, Schema> known = bounded();
  private final Map<Integer, Instant> unknownUntil = bounded();

  CachedSchemas(RegisteredSchemas source, Clock clock) {
    this.source = source;
    this.clock = clock;
  }

  @Override
  public synchronized Optional<Schema> byId(int id) {
    Schema schema = known.get(id);
    if (schema != null) {
      return Optional.of(schema);
    }
    Instant until = unknownUntil.get(id);
    if (until != null && clock.instant().isBefore(until)) {
      return Optional.empty();
    }
    Optional<Schema> found = source.byId(id);
    found.ifPresentOrElse(
        s -> known.put(id, s), () -> unknownUntil.put(id, clock.instant().plus(UNKNOWN_FOR)));
    return found;
  }

  @Override
  public String toString() {
    return source.toString();
  }

  private static <V> Map<Integer, V> bounded() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<Integer, V> eldest) {
        return size() > ENTRIES;
      }
    };
  }
}
