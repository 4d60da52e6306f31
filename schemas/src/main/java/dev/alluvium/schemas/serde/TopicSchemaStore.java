package dev.alluvium.schemas.serde;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.avro.message.SchemaStore;
import org.jspecify.annotations.Nullable;

/**
 * The bundled schemas first; on a miss, what {@code schemas.v1} holds by now. A miss reads the
 * topic at most once in {@link #PAUSE}, so that a flood of unknown records does not become a flood
 * of reads.
 */
public final class TopicSchemaStore implements SchemaStore {
  /** Shortest time between two reads of the topic. */
  public static final Duration PAUSE = Duration.ofSeconds(5);

  private final SchemaStore.Cache known = SchemaHistory.store();
  private final Supplier<Iterable<String>> topic;
  private final InstantSource clock;
  private Instant nextRead = Instant.MIN;

  /**
   * A store over the topic.
   *
   * @param topic reads all values of {@code schemas.v1}: schemas as JSON
   * @param clock for the pause between reads
   */
  public TopicSchemaStore(Supplier<Iterable<String>> topic, InstantSource clock) {
    this.topic = topic;
    this.clock = clock;
  }

  @Override
  public synchronized @Nullable Schema findByFingerprint(long fingerprint) {
    Schema schema = known.findByFingerprint(fingerprint);
    if (schema == null && !clock.instant().isBefore(nextRead)) {
      nextRead = clock.instant().plus(PAUSE);
      topic.get().forEach(json -> known.addSchema(new Schema.Parser().parse(json)));
      schema = known.findByFingerprint(fingerprint);
    }
    return schema;
  }
}
