package dev.alluvium.streams.curate;

import static java.util.Objects.requireNonNull;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.CurateReport;
import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.pair.RegisteredSchemas;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.schemas.serde.SchemaHistory;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.config.CurateSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.avro.message.SchemaStore;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** Curate in one thread: bytes in, ledger lines, dead letters and totals out. */
final class CurateHarness implements AutoCloseable {
  static final SchemaStore SCHEMAS = SchemaHistory.store();
  static final Topics TOPICS = new Topics("", SCHEMAS);
  static final AvroSerde<Pair> PAIRS = AvroSerde.of(Pair.class, SCHEMAS);
  static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> pairs;
  private final TestOutputTopic<String, LedgerEntry> ledger;
  final TestOutputTopic<byte[], DeadLetter> deadLetters;
  private final TestOutputTopic<String, Report> reports;
  private final Map<String, CurateReport> last = new HashMap<>();
  private int seen;

  CurateHarness(Topology topology) {
    driver = new TopologyTestDriver(topology, properties(), NOON);
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
  }

  static CurateHarness with(UnaryOperator<Knobs> knobs) {
    return new CurateHarness(topology(knobs.apply(new Knobs()).settings(), TargetDecision.gold()));
  }

  static Topology topology(CurateSettings settings, TargetDecision targets) {
    return new CurateTopology(settings, TOPICS, SCHEMAS, RegisteredSchemas.ownOnly(), targets)
        .build();
  }

  /** Settings with one thing changed. */
  record Knobs(
      double holdOut, int dedupEntries, int maxTextChars, Map<String, String> rules, String skill) {
    Knobs() {
      this(0, 1_000, 100_000, Map.of(), "general");
    }

    Knobs holdOut(double share) {
      return new Knobs(share, dedupEntries, maxTextChars, rules, skill);
    }

    Knobs dedupEntries(int entries) {
      return new Knobs(holdOut, entries, maxTextChars, rules, skill);
    }

    Knobs maxTextChars(int chars) {
      return new Knobs(holdOut, dedupEntries, chars, rules, skill);
    }

    Knobs rules(Map<String, String> skillRules) {
      return new Knobs(holdOut, dedupEntries, maxTextChars, skillRules, skill);
    }

    Knobs defaultSkill(String name) {
      return new Knobs(holdOut, dedupEntries, maxTextChars, rules, name);
    }

    CurateSettings settings() {
      return new CurateSettings(holdOut, dedupEntries, maxTextChars, rules, skill, "");
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
      last.put(report.key(), (CurateReport) report.value().getBody());
      seen++;
    }
    return seen - before;
  }

  static long sum(Stream<Long> counts) {
    return counts.mapToLong(Long::longValue).sum();
  }

  private static Properties properties() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, TOPICS.id("curate"));
    properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, "true");
    return properties;
  }

  @Override
  public void close() {
    driver.close();
  }
}
