package dev.alluvium.schemas.serde;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.avro.message.SchemaStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bundled schemas first; on a miss, what {@code schemas.v1} holds by now. A miss reads the
 * topic at most once in {@link #PAUSE}, so that a flood of unknown records does not become a flood
 * of reads. A read that fails proves nothing about a schema and is tried again at the next miss.
 */
public final class TopicSchemaStore implements SchemaStore {
  /** Shortest time between two reads of the topic. */
  public static final Duration PAUSE = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(TopicSchemaStore.class);

  private final SchemaStore.Cache known = SchemaHistory.store();
  private final Supplier<Iterable<String>> topic;
  private final InstantSource clock;
  private Instant nextRead = Instant.MIN;
  private boolean toldOfNoSchema;

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

  /**
   * The schema with a fingerprint; null when it is neither bundled nor in the topic.
   *
   * @throws SchemaStoreUnavailableException when the topic cannot be read
   */
  @Override
  public synchronized @Nullable Schema findByFingerprint(long fingerprint) {
    Schema schema = known.findByFingerprint(fingerprint);
    if (schema == null && !clock.instant().isBefore(nextRead)) {
      read(fingerprint).forEach(this::add);
      nextRead = clock.instant().plus(PAUSE);
      schema = known.findByFingerprint(fingerprint);
    }
    return schema;
  }

  private Iterable<String> read(long fingerprint) {
    try {
      return topic.get();
    } catch (RuntimeException e) {
      throw new SchemaStoreUnavailableException(fingerprint, e);
    }
  }

  /** A value that is no schema, whoever wrote it, must not hide the schemas beside it. */
  private void add(String json) {
    try {
      known.addSchema(new Schema.Parser().parse(json));
    } catch (RuntimeException e) {
      if (!toldOfNoSchema) {
        toldOfNoSchema = true;
        LOG.warn("schemas.v1 holds a value that is no schema; such values are passed over", e);
      }
    }
  }
}
