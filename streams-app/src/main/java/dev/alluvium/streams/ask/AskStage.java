package dev.alluvium.streams.ask;

import static java.util.Objects.requireNonNull;

import dev.alluvium.judges.Judges;
import dev.alluvium.schemas.avro.AskState;
import dev.alluvium.schemas.avro.AskedPair;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.config.S3ftSettings;
import dev.alluvium.streams.prompt.PromptFiles;
import java.time.Duration;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The stage of curate that chooses targets. A pair and the results of its requests meet in one
 * task: each request names the partition of the results that its task reads.
 */
public final class AskStage {
  private final S3ftSettings settings;
  private final PromptFiles prompts;
  private final Judges judges;
  private final Topics topics;
  private final SchemaStore schemas;

  public AskStage(
      S3ftSettings settings,
      PromptFiles prompts,
      Judges judges,
      Topics topics,
      SchemaStore schemas) {
    this.settings = settings;
    this.prompts = prompts;
    this.judges = judges;
    this.topics = topics;
    this.schemas = schemas;
  }

  /**
   * Adds it.
   *
   * @param pairs in as many partitions as the results have
   */
  public KStream<String, AskOutput> add(StreamsBuilder builder, KStream<String, AskInput> pairs) {
    // What lives shorter than a commit never reaches the disk.
    builder.addStateStore(
        store(Waiting.IN_FLIGHT, Serdes.String(), AskedPair.class).withCachingEnabled());
    builder.addStateStore(store(Waiting.PARKED, Serdes.String(), AskedPair.class));
    builder.addStateStore(store(Waiting.ORDER, Serdes.Long(), Serdes.String()));
    builder.addStateStore(
        store(Waiting.STATE, Serdes.String(), AskState.class).withCachingEnabled());
    Topic<String, GenerationResult> results = topics.generationResults();
    KStream<String, AskInput> replies =
        builder.stream(
                results.name(),
                Consumed.with(results.keys(), results.values()).withName("curate-results"))
            .mapValues(AskInput.Reply::new, Named.as("curate-replies"));
    // A request that nobody has taken is written again before the topic forgets it.
    Duration requestLife = requireNonNull(topics.generationRequests().retention()).dividedBy(2);
    return pairs
        .merge(replies, Named.as("curate-pairs-and-replies"))
        .process(
            () -> new AskProcessor(settings, prompts, judges, requestLife),
            Named.as("curate-ask"),
            AskProcessor.STORES);
  }

  private <K, V extends SpecificRecord> StoreBuilder<KeyValueStore<K, V>> store(
      String name, Serde<K> keys, Class<V> values) {
    return store(name, keys, AvroSerde.of(values, schemas));
  }

  private static <K, V> StoreBuilder<KeyValueStore<K, V>> store(
      String name, Serde<K> keys, Serde<V> values) {
    return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), keys, values);
  }
}
