package dev.alluvium.streams.mix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.schemas.avro.Answer;
import dev.alluvium.schemas.avro.CloseReason;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.WindowClose;
import dev.alluvium.schemas.avro.WindowOpen;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.schemas.serde.SchemaHistory;
import dev.alluvium.schemas.serde.UnknownSchemaException;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.schemas.window.WindowDigest;
import dev.alluvium.streams.DriverProperties;
import dev.alluvium.streams.config.MixSettings;
import dev.alluvium.streams.mix.fold.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.message.SchemaStore;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MixTopologyTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final SchemaStore SCHEMAS = SchemaHistory.store();
  private static final Topics TOPICS = new Topics("", SCHEMAS);

  private final TopologyTestDriver driver =
      new TopologyTestDriver(
          new MixTopology(settings(), TOPICS, SCHEMAS).build(),
          DriverProperties.of(TOPICS.id("mix")),
          NOON);
  private final TestInputTopic<String, LedgerEntry> ledger =
      driver.createInputTopic(
          TOPICS.ledger().name(), new StringSerializer(), TOPICS.ledger().values().serializer());
  private final TestOutputTopic<String, LedgerEntry> ticks =
      driver.createOutputTopic(
          TOPICS.ledger().name(),
          new StringDeserializer(),
          TOPICS.ledger().values().deserializer());
  private final TestOutputTopic<String, WindowRecord> windows =
      driver.createOutputTopic(
          TOPICS.windows().name(),
          new StringDeserializer(),
          TOPICS.windows().values().deserializer());
  private final TestOutputTopic<String, Report> reports =
      driver.createOutputTopic(
          TOPICS.reports().name(),
          new StringDeserializer(),
          TOPICS.reports().values().deserializer());

  private static MixSettings settings() {
    return settings(Duration.ofSeconds(1));
  }

  private static MixSettings settings(Duration tick) {
    Policy rules =
        Policy.newBuilder(Ledger.policy(4, Map.of("math", 3, "code", 1)))
            .setWindowTokens(10_000)
            .setWindowMillis(5_000)
            .setMaxCarry(4)
            .setPoolExamples(100)
            .setPoolMillis(300_000)
            .build();
    return MixSettings.of(tick, rules);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void ticksAsOftenAsIsSet() {
    Topology slow = new MixTopology(settings(Duration.ofSeconds(5)), TOPICS, SCHEMAS).build();
    try (TopologyTestDriver slowly =
        new TopologyTestDriver(slow, DriverProperties.of(TOPICS.id("slow")), NOON)) {
      TestOutputTopic<String, LedgerEntry> written =
          slowly.createOutputTopic(
              TOPICS.ledger().name(),
              new StringDeserializer(),
              TOPICS.ledger().values().deserializer());
      slowly.advanceWallClockTime(Duration.ofSeconds(4));
      assertThat(written.isEmpty()).isTrue();
      slowly.advanceWallClockTime(Duration.ofSeconds(1));
      assertThat(written.readRecordsToList())
          .extracting(TestRecord::key)
          .containsExactly("policy", "tick");
    }
  }

  @Test
  void proposesItsPolicyOnceAndTicksIntoTheLedger() {
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    assertThat(ticks.readRecordsToList())
        .extracting(TestRecord::key)
        .containsExactly("policy", "tick", "tick");
    List<Object> told = reports.readValuesToList().stream().map(Report::getBody).toList();
    assertThat(((Answer) told.get(0)).getAccepted()).isTrue();
    assertThat(((MixReport) told.get(1)).getPolicy()).isEqualTo(settings().rules());
  }

  @Test
  void writesABalancedWindowBetweenOpenAndClose() {
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    ledger.pipeInput("probe", Ledger.probe("p1", "math"));
    for (int i = 0; i < 4; i++) {
      ledger.pipeInput("candidate", Ledger.candidate("m" + i, "math"));
    }
    assertThat(windows.isEmpty()).isTrue();
    ledger.pipeInput("candidate", Ledger.candidate("c0", "code"));

    List<TestRecord<String, WindowRecord>> written = windows.readRecordsToList();
    assertThat(written).hasSize(6).allMatch(r -> r.key().equals("1"));
    List<Object> records = written.stream().map(r -> r.value().getRecord()).toList();
    WindowOpen open = (WindowOpen) records.get(0);
    assertThat(open.getPlanned()).isEqualTo(Map.of("math", 3, "code", 1));
    assertThat(open.getNewProbes()).extracting("pairId").containsExactly("p1");
    List<Example> examples = records.subList(1, 5).stream().map(Example.class::cast).toList();
    assertThat(examples)
        .extracting(Example::getPairId)
        .containsExactlyInAnyOrder("m0", "m1", "m2", "c0");
    assertThat(examples).extracting(Example::getIndex).containsExactly(0, 1, 2, 3);
    WindowClose close = (WindowClose) records.get(5);
    assertThat(close.getReason()).isEqualTo(CloseReason.COUNT);
    assertThat(close.getPerSkill()).isEqualTo(Map.of("math", 3, "code", 1));
    assertThat(close.getDigest()).isEqualTo(WindowDigest.of(examples));
  }

  @Test
  void flushesWhatWaitsAndSaysSo() {
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    ledger.pipeInput("candidate", Ledger.candidate("m0", "math"));
    ledger.pipeInput("command", Ledger.command("f1", CommandKind.FLUSH));
    List<Object> records =
        windows.readValuesToList().stream().map(WindowRecord::getRecord).toList();
    assertThat(records).hasSize(4);
    assertThat(records.get(3)).isEqualTo(new Control("f1", CommandKind.FLUSH, null));
    List<Report> told = reports.readValuesToList();
    MixReport last = (MixReport) told.get(told.size() - 1).getBody();
    assertThat(last.getFlushed()).isEqualTo("f1");
    assertThat(last.getQueued()).isEqualTo(1);
  }

  @Test
  void stopsOnAnEntryWhoseSchemaIsUnknownInsteadOfSkippingIt() {
    TestInputTopic<String, byte[]> raw =
        driver.createInputTopic(
            TOPICS.ledger().name(), new StringSerializer(), new ByteArraySerializer());
    byte[] newer = TOPICS.ledger().values().serializer().serialize("", Ledger.tick(1));
    newer[4] ^= 0x55;
    assertThatThrownBy(() -> raw.pipeInput("tick", newer))
        .isInstanceOf(StreamsException.class)
        .hasCauseInstanceOf(UnknownSchemaException.class);
  }
}
