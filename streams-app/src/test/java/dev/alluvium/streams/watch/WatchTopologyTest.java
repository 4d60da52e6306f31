package dev.alluvium.streams.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.DriftReport;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.TrainReport;
import dev.alluvium.schemas.avro.WindowReport;
import dev.alluvium.schemas.serde.SchemaHistory;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.DriverProperties;
import dev.alluvium.streams.config.WatchSettings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.message.SchemaStore;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reports in, drift out into the same topic, through real serdes and stores. */
class WatchTopologyTest {
  private static final SchemaStore SCHEMAS = SchemaHistory.store();
  private static final Topics TOPICS = new Topics("", SCHEMAS);

  private final TopologyTestDriver driver =
      new TopologyTestDriver(
          new WatchTopology(WatchSettings.defaults(), TOPICS, SCHEMAS).build(),
          DriverProperties.of(TOPICS.id("watch")));
  private final TestInputTopic<String, Report> in =
      driver.createInputTopic(
          TOPICS.reports().name(), new StringSerializer(), TOPICS.reports().values().serializer());
  private final TestOutputTopic<String, Report> out =
      driver.createOutputTopic(
          TOPICS.reports().name(),
          new StringDeserializer(),
          TOPICS.reports().values().deserializer());

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void answersEachWindowTwiceAndItsOwnReportsNever() {
    for (long id = 1; id <= 30; id++) {
      in.pipeInput("mix", new Report(Instant.ofEpochSecond(id), window(id)));
      in.pipeInput("train", new Report(Instant.ofEpochSecond(id + 1), training(id)));
    }
    // the driver pipes what is written to the topic back into the watch
    List<TestRecord<String, Report>> stated = out.readRecordsToList();
    assertThat(stated).hasSize(60).allMatch(record -> record.key().equals("watch"));
    Report last = stated.get(59).value();
    assertThat(last.getTime()).isEqualTo(Instant.ofEpochSecond(31));
    DriftReport drift = (DriftReport) last.getBody();
    assertThat(drift.getWindowId()).isEqualTo(30);
    assertThat(drift.getPsi()).isZero();
    assertThat(drift.getSkills().get("math"))
        .satisfies(math -> assertThat(math.getTrained()).isEqualTo(0.75));
    assertThat(((DriftReport) stated.get(58).value().getBody()).getTrainedPsi()).isNull();
  }

  private static WindowReport window(long id) {
    return WindowReport.newBuilder()
        .setWindowId(id)
        .setLedgerOffset(id)
        .setPlanned(Map.of("math", 32, "code", 32))
        .setExamples(Map.of("math", 30, "code", 30))
        .setReplayed(Map.of("math", 2, "code", 2))
        .setArrived(Map.of("math", 40L, "code", 40L))
        .setEstimatedTokens(Map.of("math", 3_000L, "code", 1_000L))
        .build();
  }

  private static TrainReport training(long id) {
    return TrainReport.newBuilder()
        .setWindowId(id)
        .setExamples(64)
        .setTokens(Map.of("math", 3_000L, "code", 1_000L))
        .setLossFirst(1)
        .setLossLast(1)
        .setSteps(1)
        .setSkippedSteps(0)
        .setRefused(0)
        .setMillis(1)
        .setLearningRate(1)
        .build();
  }
}
