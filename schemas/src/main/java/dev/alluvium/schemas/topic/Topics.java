package dev.alluvium.schemas.topic;

import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.schemas.topic.Topic.Cleanup;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue: every topic of a namespace, once. Code, provisioning, documentation and tests all
 * read it from here.
 */
public final class Topics {
  /** Largest pair: 512 KiB. Internal records hold a pair and more, dead letters hold anything. */
  public static final int MAX_PAIR_BYTES = 512 * 1024;

  /** Largest record between our own processes: 2 MiB. */
  public static final int MAX_INTERNAL_BYTES = 2 * 1024 * 1024;

  /** Largest dead letter: 4 MiB. */
  public static final int MAX_DEAD_LETTER_BYTES = 4 * 1024 * 1024;

  /** Partitions of what scales out: the pairs, and what curate asks and is told. */
  public static final int PARTITIONS = 6;

  /** What ids begin with where there is no namespace: no namespace may be called that. */
  private static final String UNNAMED = "alluvium";

  private static final Pattern NAMESPACE = Pattern.compile("|[A-Za-z0-9][A-Za-z0-9_-]{0,62}");

  private final String namespace;

  private final Topic<byte[], byte[]> pairs;
  private final Topic<String, GenerationRequest> generationRequests;
  private final Topic<String, GenerationResult> generationResults;
  private final Topic<String, LedgerEntry> ledger;
  private final Topic<String, WindowRecord> windows;
  private final Topic<String, Progress> progress;
  private final Topic<String, ModelVersion> models;
  private final Topic<String, Report> reports;
  private final Topic<byte[], DeadLetter> deadLetters;
  private final Topic<String, String> schemas;

  /**
   * The catalogue of one namespace.
   *
   * @param namespace prefix that lets several pipelines share a cluster; empty for none
   * @param schemaStore where readers find the schema a record was written with
   * @throws IllegalArgumentException when the namespace cannot be part of a topic name
   */
  public Topics(String namespace, SchemaStore schemaStore) {
    this(namespace, schemaStore, PARTITIONS);
  }

  /**
   * The catalogue of one namespace whose scaling topics have another number of partitions.
   *
   * @param namespace prefix that lets several pipelines share a cluster; empty for none
   * @param schemaStore where readers find the schema a record was written with
   * @param partitions partitions of the pairs, and of what curate asks and is told
   * @throws IllegalArgumentException when the namespace cannot be part of a topic name
   */
  public Topics(String namespace, SchemaStore schemaStore, int partitions) {
    if (!NAMESPACE.matcher(namespace).matches()) {
      throw new IllegalArgumentException(
          "namespace is '%s': expected letters, digits, - or _, at most 63, or nothing"
              .formatted(namespace));
    }
    if (namespace.equals(UNNAMED)) {
      throw new IllegalArgumentException(
          "namespace is '%s': ids without a namespace begin with that, expected another name or nothing"
              .formatted(UNNAMED));
    }
    this.namespace = namespace;
    Serde<String> text = Serdes.String();
    Serde<byte[]> bytes = Serdes.ByteArray();
    pairs =
        topic("pairs.v1", bytes, bytes, "any", "Pair")
            .partitions(partitions)
            .retention(Duration.ofDays(7))
            .maxMessageBytes(MAX_PAIR_BYTES)
            .between("producers, produce", "curate");
    generationRequests =
        topic("generation.requests.v1", GenerationRequest.class, "pairId", schemaStore)
            .partitions(partitions)
            .retention(Duration.ofDays(3))
            .between("curate", "generate");
    generationResults =
        topic("generation.results.v1", GenerationResult.class, "pairId", schemaStore)
            .partitions(partitions)
            .retention(Duration.ofDays(3))
            .between("generate", "curate");
    ledger =
        topic("ledger.v1", LedgerEntry.class, "kind", schemaStore)
            .retention(Duration.ofDays(90))
            .between("curate, mix (ticks), train (outcomes), CLI (commands)", "mix");
    windows =
        topic("training.windows.v1", WindowRecord.class, "windowId", schemaStore)
            .retention(Duration.ofDays(90))
            .between("mix", "train");
    progress =
        topic("training.progress.v1", Progress.class, "namespace", schemaStore)
            .compacted()
            .between("train", "train, CLI");
    models =
        topic("models.v1", ModelVersion.class, "version", schemaStore)
            .compacted()
            .between("train", "generate, CLI");
    reports =
        topic("reports.v1", Report.class, "kind", schemaStore)
            .retention(Duration.ofDays(90))
            .between("curate, mix, train, watch", "watch, CLI");
    deadLetters =
        topic(
                "dead-letters.v1",
                bytes,
                AvroSerde.of(DeadLetter.class, schemaStore),
                "the source's key",
                "DeadLetter")
            .retention(Duration.ofDays(30))
            .maxMessageBytes(MAX_DEAD_LETTER_BYTES)
            .between("curate, generate, train", "CLI");
    schemas =
        topic("schemas.v1", text, text, "fingerprint", "Avro schema as JSON")
            .compacted()
            .between("all", "all");
  }

  /** Pairs in any of their three encodings; see {@link dev.alluvium.schemas.pair.PairDecoder}. */
  public Topic<byte[], byte[]> pairs() {
    return pairs;
  }

  /** Questions to the generation workers. */
  public Topic<String, GenerationRequest> generationRequests() {
    return generationRequests;
  }

  /** The workers' replies. */
  public Topic<String, GenerationResult> generationResults() {
    return generationResults;
  }

  /** The one-partition order of everything the mixer depends on. */
  public Topic<String, LedgerEntry> ledger() {
    return ledger;
  }

  /** The trainer's only input. */
  public Topic<String, WindowRecord> windows() {
    return windows;
  }

  /** What has been trained, and by whom. */
  public Topic<String, Progress> progress() {
    return progress;
  }

  /** Every adapter that went through the gate. */
  public Topic<String, ModelVersion> models() {
    return models;
  }

  /** Facts about the flow, for people. */
  public Topic<String, Report> reports() {
    return reports;
  }

  /** Inputs that could not be used. */
  public Topic<byte[], DeadLetter> deadLetters() {
    return deadLetters;
  }

  /** Every schema a record was ever written with. */
  public Topic<String, String> schemas() {
    return schemas;
  }

  /** All topics, in the order of the flow. */
  public List<Topic<?, ?>> all() {
    return List.of(
        pairs,
        generationRequests,
        generationResults,
        ledger,
        windows,
        progress,
        models,
        reports,
        deadLetters,
        schemas);
  }

  /**
   * Whether the flow works with so many partitions of a topic. What has one order has one
   * partition; a task of curate waits at the partition of the results that has its own number.
   * Everything else is the operator's choice.
   */
  boolean worksWith(Topic<?, ?> topic, int count) {
    if (List.of(ledger, windows, progress, models, reports).contains(topic)) {
      return count == 1;
    }
    return !topic.equals(generationResults) || count >= topic.partitions();
  }

  /** Prefix of topics, or nothing. */
  public String namespace() {
    return namespace;
  }

  /** A group, application or transactional id inside the namespace: {@code alluvium-mix}. */
  public String id(String role) {
    return (namespace.isEmpty() ? UNNAMED : namespace) + "-" + role;
  }

  private <V extends SpecificRecord> Draft<String, V> topic(
      String name, Class<V> type, String key, SchemaStore schemaStore) {
    return topic(name, Serdes.String(), AvroSerde.of(type, schemaStore), key, type.getSimpleName());
  }

  private <K, V> Draft<K, V> topic(
      String name, Serde<K> keys, Serde<V> values, String key, String record) {
    return new Draft<>(
        namespace.isEmpty() ? name : namespace + "." + name, keys, values, key, record);
  }

  /** A topic being described, so that the catalogue above reads like a table. */
  private static final class Draft<K, V> {
    private final String name;
    private final Serde<K> keys;
    private final Serde<V> values;
    private final String key;
    private final String record;
    private int partitions = 1;
    private Cleanup cleanup = Cleanup.DELETE;
    private @Nullable Duration retention;
    private int maxMessageBytes = MAX_INTERNAL_BYTES;

    Draft(String name, Serde<K> keys, Serde<V> values, String key, String record) {
      this.name = name;
      this.keys = keys;
      this.values = values;
      this.key = key;
      this.record = record;
    }

    Draft<K, V> partitions(int partitions) {
      this.partitions = partitions;
      return this;
    }

    Draft<K, V> retention(Duration retention) {
      this.retention = retention;
      return this;
    }

    Draft<K, V> compacted() {
      this.cleanup = Cleanup.COMPACT;
      return this;
    }

    Draft<K, V> maxMessageBytes(int bytes) {
      this.maxMessageBytes = bytes;
      return this;
    }

    Topic<K, V> between(String writers, String readers) {
      return new Topic<>(
          name,
          keys,
          values,
          key,
          record,
          partitions,
          cleanup,
          retention,
          maxMessageBytes,
          writers,
          readers);
    }
  }
}
