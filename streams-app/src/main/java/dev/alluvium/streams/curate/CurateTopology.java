package dev.alluvium.streams.curate;

import dev.alluvium.judges.Judges;
import dev.alluvium.schemas.avro.CurateState;
import dev.alluvium.schemas.avro.Editions;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.ValidPair;
import dev.alluvium.schemas.pair.PairDecoder;
import dev.alluvium.schemas.pair.RegisteredSchemas;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.ask.AskInput;
import dev.alluvium.streams.ask.AskOutput;
import dev.alluvium.streams.ask.AskStage;
import dev.alluvium.streams.config.CurateSettings;
import dev.alluvium.streams.config.S3ftSettings;
import dev.alluvium.streams.prompt.PromptFiles;
import dev.alluvium.streams.redact.PairRedactor;
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

/** Curate's table of contents: pairs in; targets, requests, dead letters and reports out. */
public final class CurateTopology {
  private static final String CANDIDATE = "candidate";

  private final CurateSettings settings;
  private final S3ftSettings s3ft;
  private final Judges judges;
  private final PromptFiles prompts;
  private final Topics topics;
  private final SchemaStore schemas;
  private final RegisteredSchemas registered;

  /**
   * The topology of a namespace.
   *
   * @param judges who decides whether a model's text may take gold's place
   * @throws IllegalArgumentException when the prompt files cannot be read
   */
  public CurateTopology(
      CurateSettings settings,
      S3ftSettings s3ft,
      Judges judges,
      Topics topics,
      SchemaStore schemas,
      RegisteredSchemas registered) {
    this.settings = settings;
    this.s3ft = s3ft;
    this.judges = judges;
    this.prompts = PromptFiles.open(s3ft.prompts());
    this.topics = topics;
    this.schemas = schemas;
    this.registered = registered;
  }

  /** Builds it. */
  public Topology build() {
    StreamsBuilder builder = new StreamsBuilder();
    KStream<byte[], Output> decoded = decode(builder);
    KStream<byte[], Output> deduplicated = deduplicate(builder, byPrompt(decoded));
    KStream<String, AskOutput> asked = ask(builder, deduplicated);
    writeDeadLetters("curate-decode", decoded);
    writeDeadLetters("curate-dedup", deduplicated);
    writeReports("curate-decode", decoded);
    writeReports("curate-dedup", deduplicated);
    writeReports(asked);
    writeRequests(asked);
    writeLedger(deduplicated, asked);
    return builder.build();
  }

  private KStream<byte[], Output> decode(StreamsBuilder builder) {
    Topic<byte[], byte[]> pairs = topics.pairs();
    builder.addStateStore(totals(DecodeProcessor.TOTALS));
    return builder.stream(
            pairs.name(),
            Consumed.with(pairs.keys(), pairs.values())
                .withName("curate-pairs")
                .withTimestampExtractor((record, partitionTime) -> Math.max(0, record.timestamp())))
        .process(
            () ->
                new DecodeProcessor(
                    new PairDecoder(schemas, registered),
                    new PairValidator(settings.maxTextChars()),
                    new PairRedactor(settings.redactor())),
            Named.as("curate-decode"),
            DecodeProcessor.TOTALS);
  }

  private KStream<String, ValidPair> byPrompt(KStream<byte[], Output> decoded) {
    return select(
            "curate-valid", decoded, Output.Valid.class, v -> KeyValue.pair(v.prompt(), v.pair()))
        .repartition(
            Repartitioned.with(Serdes.String(), serde(ValidPair.class))
                .withNumberOfPartitions(topics.generationResults().partitions())
                .withName("curate-by-prompt"));
  }

  private KStream<byte[], Output> deduplicate(
      StreamsBuilder builder, KStream<String, ValidPair> byPrompt) {
    builder.addStateStore(totals(DedupProcessor.TOTALS));
    builder.addStateStore(store(PromptMemory.EDITIONS, Serdes.String(), serde(Editions.class)));
    builder.addStateStore(store(PromptMemory.ORDER, Serdes.Long(), Serdes.String()));
    Admission admission =
        new Admission(
            new SkillClassifier(settings.skillRules(), settings.defaultSkill()),
            new HoldOut(settings.holdOut()),
            prompts);
    return byPrompt.process(
        () -> new DedupProcessor(admission, serde(Pair.class), settings.dedupEntries()),
        Named.as("curate-dedup"),
        DedupProcessor.TOTALS,
        PromptMemory.EDITIONS,
        PromptMemory.ORDER);
  }

  private KStream<String, AskOutput> ask(
      StreamsBuilder builder, KStream<byte[], Output> deduplicated) {
    KStream<String, AskInput> pairs =
        select(
            "curate-untargeted",
            deduplicated,
            Output.Untargeted.class,
            pair ->
                KeyValue.pair(
                    pair.candidate().getPairId(),
                    new AskInput.NewPair(pair.candidate(), pair.question(), pair.meta())));
    return new AskStage(s3ft, prompts, judges, topics, schemas).add(builder, pairs);
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

  private void writeReports(KStream<String, AskOutput> asked) {
    String name = "curate-ask-reports";
    to(
        name,
        topics.reports(),
        select(
            name + "-select",
            asked,
            AskOutput.Fact.class,
            f -> KeyValue.pair(f.task(), f.report())));
  }

  private void writeRequests(KStream<String, AskOutput> asked) {
    String name = "curate-requests";
    to(
        name,
        topics.generationRequests(),
        select(
            name + "-select",
            asked,
            AskOutput.Request.class,
            r -> KeyValue.pair(r.request().getPairId(), r.request())));
  }

  private void writeLedger(KStream<byte[], Output> outputs, KStream<String, AskOutput> asked) {
    String name = "curate-ledger";
    KStream<String, LedgerEntry> probes =
        select(
            name + "-probes", outputs, Output.Line.class, l -> KeyValue.pair(l.kind(), l.entry()));
    KStream<String, LedgerEntry> candidates =
        select(
            name + "-candidates",
            asked,
            AskOutput.Decided.class,
            d -> KeyValue.pair(CANDIDATE, new LedgerEntry(d.candidate())));
    to(name, topics.ledger(), probes.merge(candidates, Named.as(name + "-merge")));
  }

  private static <I, T, O extends T, K, V> KStream<K, V> select(
      String name, KStream<I, T> outputs, Class<O> type, Function<O, KeyValue<K, V>> asRecord) {
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
