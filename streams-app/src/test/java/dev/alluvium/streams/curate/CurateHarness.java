package dev.alluvium.streams.curate;

import static java.util.Objects.requireNonNull;

import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.judges.JudgeTools;
import dev.alluvium.judges.Judges;
import dev.alluvium.schemas.avro.AskReport;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.CurateReport;
import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.pair.RegisteredSchemas;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.schemas.serde.SchemaHistory;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.DriverProperties;
import dev.alluvium.streams.config.CurateSettings;
import dev.alluvium.streams.config.S3ftSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.avro.message.SchemaStore;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** Curate in one thread: bytes in, ledger lines, dead letters and totals out. */
final class CurateHarness implements AutoCloseable {
  static final SchemaStore SCHEMAS = SchemaHistory.store();
  static final Topics TOPICS = new Topics("", SCHEMAS);
  static final AvroSerde<Pair> PAIRS = AvroSerde.of(Pair.class, SCHEMAS);
  static final Judges JUDGES =
      new Judges(
          JudgeSettings.DEFAULT, new JudgeTools(JudgeSettings.DEFAULT.sandbox().toSandbox()));
  static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> pairs;
  private final TestOutputTopic<String, LedgerEntry> ledger;
  final TestOutputTopic<byte[], DeadLetter> deadLetters;
  private final TestOutputTopic<String, Report> reports;
  private final TestOutputTopic<String, GenerationRequest> requests;
  private final TestInputTopic<String, GenerationResult> results;
  private final Map<String, CurateReport> last = new HashMap<>();
  private @Nullable AskReport asked;
  private int seen;

  CurateHarness(Topology topology) {
    driver = new TopologyTestDriver(topology, DriverProperties.of(TOPICS.id("curate")), NOON);
    pairs =
        driver.createInputTopic(
            TOPICS.pairs().name(),
            new ByteArraySerializer(),
            new ByteArraySerializer(),
            NOON,
            Duration.ofMillis(1));
    ledger =
        driver.createOutputTopic(
            TOPICS.ledger().name(),
            new StringDeserializer(),
            TOPICS.ledger().values().deserializer());
    deadLetters =
        driver.createOutputTopic(
            TOPICS.deadLetters().name(),
            new ByteArrayDeserializer(),
            TOPICS.deadLetters().values().deserializer());
    reports =
        driver.createOutputTopic(
            TOPICS.reports().name(),
            new StringDeserializer(),
            TOPICS.reports().values().deserializer());
    requests =
        driver.createOutputTopic(
            TOPICS.generationRequests().name(),
            new StringDeserializer(),
            TOPICS.generationRequests().values().deserializer());
    results =
        driver.createInputTopic(
            TOPICS.generationResults().name(),
            new StringSerializer(),
            TOPICS.generationResults().values().serializer(),
            NOON,
            Duration.ofMillis(1));
  }

  /** Nothing held out, and targets chosen like this. */
  static CurateHarness asking(S3ftSettings s3ft) {
    return asking(s3ft, JUDGES);
  }

  static CurateHarness asking(S3ftSettings s3ft, Judges judges) {
    return new CurateHarness(
        new CurateTopology(
                new Knobs().settings(), s3ft, judges, TOPICS, SCHEMAS, RegisteredSchemas.ownOnly())
            .build());
  }

  static CurateHarness with(UnaryOperator<Knobs> knobs) {
    return new CurateHarness(
        topology(knobs.apply(new Knobs()).settings(), SCHEMAS, RegisteredSchemas.ownOnly()));
  }

  static Topology topology(
      CurateSettings settings, SchemaStore schemas, RegisteredSchemas registered) {
    return new CurateTopology(settings, S3ftSettings.off(), JUDGES, TOPICS, schemas, registered)
        .build();
  }

  /** Settings with one thing changed. */
  record Knobs(
      double holdOut,
      int dedupEntries,
      int maxTextChars,
      Map<String, String> rules,
      String skill,
      String redact) {
    Knobs() {
      this(0, 1_000, 100_000, Map.of(), "general", "");
    }

    Knobs redact(String kinds) {
      return new Knobs(holdOut, dedupEntries, maxTextChars, rules, skill, kinds);
    }

    Knobs holdOut(double share) {
      return new Knobs(share, dedupEntries, maxTextChars, rules, skill, redact);
    }

    Knobs dedupEntries(int entries) {
      return new Knobs(holdOut, entries, maxTextChars, rules, skill, redact);
    }

    Knobs maxTextChars(int chars) {
      return new Knobs(holdOut, dedupEntries, chars, rules, skill, redact);
    }

    Knobs rules(Map<String, String> skillRules) {
      return new Knobs(holdOut, dedupEntries, maxTextChars, skillRules, skill, redact);
    }

    Knobs defaultSkill(String name) {
      return new Knobs(holdOut, dedupEntries, maxTextChars, rules, name, redact);
    }

    CurateSettings settings() {
      return new CurateSettings(holdOut, dedupEntries, maxTextChars, rules, skill, "", redact, "");
    }
  }

  static Pair.Builder pair(String instruction, String response) {
    return Pair.newBuilder().setInstruction(instruction).setResponse(response);
  }

  void send(Pair.Builder pair) {
    send(PAIRS.toBytes(pair.build()));
  }

  void send(byte @Nullable [] value) {
    send(null, value);
  }

  void send(byte @Nullable [] key, byte @Nullable [] value) {
    pairs.pipeInput(key, value);
  }

  /** Requests written since the last look. */
  List<GenerationRequest> requests() {
    return requests.readValuesToList();
  }

  void reply(GenerationResult result) {
    results.pipeInput(result.getPairId(), result);
  }

  /** How targets were chosen, after a second has passed. */
  AskReport asked() {
    newReports();
    return requireNonNull(asked);
  }

  /** How many rows a store has. */
  int rows(String store) {
    int rows = 0;
    try (KeyValueIterator<Object, Object> all = driver.getKeyValueStore(store).all()) {
      for (; all.hasNext(); all.next()) {
        rows++;
      }
    }
    return rows;
  }

  void advance(Duration time) {
    driver.advanceWallClockTime(time);
  }

  List<Object> ledger() {
    return ledger.readValuesToList().stream().map(LedgerEntry::getEntry).toList();
  }

  List<Candidate> candidates() {
    return ledger().stream().map(Candidate.class::cast).toList();
  }

  Candidate candidate() {
    return (Candidate) ledger.readValue().getEntry();
  }

  Probe probe() {
    return (Probe) ledger.readValue().getEntry();
  }

  DeadLetter deadLetter() {
    return deadLetters.readValue();
  }

  /** The last report of a task, after a second has passed. */
  CurateReport total(String task) {
    newReports();
    return requireNonNull(last.get("curate-" + task));
  }

  /** Lets a second pass; how many reports came. */
  int newReports() {
    advance(Duration.ofSeconds(1));
    int before = seen;
    for (TestRecord<String, Report> report : reports.readRecordsToList()) {
      if (report.value().getBody() instanceof CurateReport totals) {
        last.put(report.key(), totals);
        seen++;
      } else if (report.value().getBody() instanceof AskReport targets) {
        asked = targets;
      }
    }
    return seen - before;
  }

  static long sum(Stream<Long> counts) {
    return counts.mapToLong(Long::longValue).sum();
  }

  @Override
  public void close() {
    driver.close();
  }
}
