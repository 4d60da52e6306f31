package dev.alluvium.streams.curate;

import dev.alluvium.schemas.avro.CurateState;
import dev.alluvium.schemas.avro.Editions;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.ValidPair;
import dev.alluvium.schemas.pair.PairDecoder;
import dev.alluvium.schemas.pair.RegisteredSchemas;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.config.CurateSettings;
import dev.alluvium.streams.text.HoldOut;
import dev.alluvium.streams.text.PairValidator;
import dev.alluvium.streams.text.SkillClassifier;
import java.util.List;
import java.util.function.Function;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Curate's table of contents: pairs in, ledger lines, dead letters and reports out. */
public final class CurateTopology {
  private final CurateSettings settings;
  private final Topics topics;
  private final SchemaStore schemas;
  private final RegisteredSchemas registered;
  private final TargetDecision targets;

  /** The topology of a namespace; targets are gold. */
  public CurateTopology(
      CurateSettings settings, Topics topics, SchemaStore schemas, RegisteredSchemas registered) {
    this(settings, topics, schemas, registered, TargetDecision.gold());
  }

  CurateTopology(
      CurateSettings settings,
      Topics topics,
      SchemaStore schemas,
      RegisteredSchemas registered,
      TargetDecision targets) {
    this.settings = settings;
    this.topics = topics;
    this.schemas = schemas;
    this.registered = registered;
    this.targets = targets;
  }

  /** Builds it. */
  public Topology build() {
    StreamsBuilder builder = new StreamsBuilder();
    KStream<byte[], Output> read = read(builder);
    KStream<byte[], Output> admitted = admit(builder, byPrompt(read));
    writeDeadLetters("curate-read", read);
    writeDeadLetters("curate-admit", admitted);
    writeReports("curate-read", read);
    writeReports("curate-admit", admitted);
    writeLedger(admitted);
    return builder.build();
  }

  private KStream<byte[], Output> read(StreamsBuilder builder) {
    Topic<byte[], byte[]> pairs = topics.pairs();
    builder.addStateStore(totals(ReadProcessor.TOTALS));
    return builder.stream(
            pairs.name(),
            Consumed.with(pairs.keys(), pairs.values())
                .withName("curate-pairs")
                .withTimestampExtractor((record, partitionTime) -> Math.max(0, record.timestamp())))
        .process(
            () ->
                new ReadProcessor(
                    new PairDecoder(schemas, registered),
                    new PairValidator(settings.maxTextChars())),
            Named.as("curate-read"),
            ReadProcessor.TOTALS);
  }

  private KStream<String, ValidPair> byPrompt(KStream<byte[], Output> read) {
    return select(
            "curate-valid", read, Output.Valid.class, v -> KeyValue.pair(v.prompt(), v.pair()))
        .repartition(
            Repartitioned.with(Serdes.String(), serde(ValidPair.class))
                .withName("curate-by-prompt"));
  }

  private KStream<byte[], Output> admit(
      StreamsBuilder builder, KStream<String, ValidPair> byPrompt) {
    builder.addStateStore(totals(AdmitProcessor.TOTALS));
    builder.addStateStore(store(PromptMemory.EDITIONS, Serdes.String(), serde(Editions.class)));
    builder.addStateStore(store(PromptMemory.ORDER, Serdes.Long(), Serdes.String()));
    Admission admission =
        new Admission(
            new SkillClassifier(settings.skillRules(), settings.defaultSkill()),
            new HoldOut(settings.holdOut()),
            targets);
    return byPrompt.process(
        () -> new AdmitProcessor(admission, serde(Pair.class), settings.dedupEntries()),
        Named.as("curate-admit"),
        AdmitProcessor.TOTALS,
        PromptMemory.EDITIONS,
        PromptMemory.ORDER);
  }

  private void writeDeadLetters(String from, KStream<byte[], Output> outputs) {
    String name = from + "-dead-letters";
    to(
        name,
        topics.deadLetters(),
        select(
            name + "-select", outputs, Output.Dead.class, d -> KeyValue.pair(d.key(), d.letter())));
  }

  private void writeReports(String from, KStream<byte[], Output> outputs) {
    String name = from + "-reports";
    to(
        name,
        topics.reports(),
        select(
            name + "-select",
            outputs,
            Output.Fact.class,
            f -> KeyValue.pair(f.task(), f.report())));
  }

  private void writeLedger(KStream<byte[], Output> outputs) {
    String name = "curate-ledger";
    to(
        name,
        topics.ledger(),
        select(
            name + "-select", outputs, Output.Line.class, l -> KeyValue.pair(l.kind(), l.entry())));
  }

  private static <O extends Output, K, V> KStream<K, V> select(
      String name,
      KStream<byte[], Output> outputs,
      Class<O> type,
      Function<O, KeyValue<K, V>> asRecord) {
    return outputs.flatMap(
        (key, output) ->
            type.isInstance(output)
                ? List.of(asRecord.apply(type.cast(output)))
                : List.<KeyValue<K, V>>of(),
        Named.as(name));
  }

  private static <K, V> void to(String name, Topic<K, V> topic, KStream<K, V> records) {
    records.to(topic.name(), Produced.with(topic.keys(), topic.values()).withName(name));
  }

  /** Cached, because only its last version before a commit matters. */
  private StoreBuilder<KeyValueStore<String, CurateState>> totals(String name) {
    return store(name, Serdes.String(), serde(CurateState.class)).withCachingEnabled();
  }

  private static <K, V> StoreBuilder<KeyValueStore<K, V>> store(
      String name, Serde<K> keys, Serde<V> values) {
    return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), keys, values);
  }

  private <T extends SpecificRecord> AvroSerde<T> serde(Class<T> type) {
    return AvroSerde.of(type, schemas);
  }
}
