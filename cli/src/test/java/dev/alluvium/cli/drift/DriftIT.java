package dev.alluvium.cli.drift;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.SharedBroker;
import dev.alluvium.schemas.avro.DriftReport;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.TrainReport;
import dev.alluvium.schemas.avro.WindowReport;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.config.StreamsSettings;
import dev.alluvium.streams.runtime.Application;
import dev.alluvium.streams.runtime.ClientSettings;
import dev.alluvium.streams.watch.WatchTopology;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the reports of windows to what people and programs are told, on a real broker. */
class DriftIT {
  private static final String NAMESPACE = "drift";
  private static final int WINDOWS = 40;

  /** From here on math arrives twice as often. */
  private static final int SHIFTED = 36;

  @TempDir private static Path directory;

  @BeforeAll
  static void watch() {
    assertThat(run("topics", "create").exitCode()).isEqualTo(ExitCodes.DONE);
    Cli.Result none = run("drift");
    assertThat(none.err()).contains("no window has been watched yet");
    Cluster cluster = Cluster.of(KafkaSettings.at(SharedBroker.bootstrapServers()), NAMESPACE);
    send(cluster.kafka(), cluster.topics().reports());
    StreamsSettings settings = StreamsSettings.defaults(directory.toString());
    Topics topics = cluster.topics();
    String id = topics.id("watch");
    Application watch =
        new Application(
            id,
            new WatchTopology(settings.watch(), topics, cluster.schemas()).build(),
            ClientSettings.of(id, 1, settings, cluster.kafka()));
    watch.start();
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> stated(cluster) == 2 * WINDOWS);
    assertThat(watch.close(Duration.ofSeconds(30))).isTrue();
  }

  private static long stated(Cluster cluster) {
    List<DriftReport> reports = new ArrayList<>();
    cluster
        .reader()
        .read(
            cluster.topics().reports(),
            record -> {
              if (record.value().getBody() instanceof DriftReport drift) {
                reports.add(drift);
              }
            });
    return reports.size();
  }

  @Test
  void programsGetTheContract() {
    JsonNode windows = run("drift", "--json", "--last", "5").json().get("windows");

    assertThat(windows).hasSize(5);
    JsonNode last = windows.get(4);
    assertThat(last.get("window").asLong()).isEqualTo(WINDOWS);
    assertThat(last.at("/skills/math/planned").asDouble()).isEqualTo(0.5);
    assertThat(last.at("/skills/math/arrived").asDouble()).isEqualTo(2 / 3.0);
    assertThat(last.at("/skills/code/arrived").asDouble()).isEqualTo(1 / 3.0);
    assertThat(last.at("/skills/math/trained").asDouble()).isEqualTo(0.75);
    assertThat(last.get("psi").asDouble()).isGreaterThan(0.05);
    assertThat(last.get("js").asDouble()).isBetween(0.01, 0.1);
    List<String> alarms = new ArrayList<>();
    windows.forEach(
        window ->
            window
                .get("alarms")
                .forEach(
                    alarm ->
                        alarms.add(
                            "%s %s %s"
                                .formatted(
                                    alarm.get("event").asText(),
                                    alarm.get("kind").asText(),
                                    alarm.get("skill").asText("-")))));
    assertThat(alarms).contains("ALARM arrived_share math", "ALARM arrived_share code");
  }

  @Test
  void peopleGetATableAndAlarmsInWords() {
    Cli.Result result = run("drift");

    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .contains("WINDOW")
        .contains("50.0 / 66.7 / 75.0")
        .containsPattern("window 3[678]: ALARM: math arrives at 5\\d\\.\\d % in windows")
        .contains("standing: ")
        .contains("arrived_share/math since window 3");
  }

  private static void send(KafkaSettings kafka, Topic<String, Report> topic) {
    try (KafkaProducer<String, Report> producer =
        new KafkaProducer<>(
            kafka.producer(), topic.keys().serializer(), topic.values().serializer())) {
      for (long id = 1; id <= WINDOWS; id++) {
        Instant time = Instant.ofEpochSecond(id);
        producer.send(new ProducerRecord<>(topic.name(), "mix", new Report(time, window(id))));
        producer.send(new ProducerRecord<>(topic.name(), "train", new Report(time, training(id))));
      }
    }
  }

  private static WindowReport window(long id) {
    return WindowReport.newBuilder()
        .setWindowId(id)
        .setLedgerOffset(id)
        .setPlanned(Map.of("math", 32, "code", 32))
        .setExamples(Map.of("math", 32, "code", 32))
        .setReplayed(Map.of())
        .setArrived(Map.of("math", id < SHIFTED ? 200L : 400L, "code", 200L))
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

  private static Cli.Result run(String... args) {
    List<String> line = new ArrayList<>(List.of(args));
    line.addAll(
        List.of(
            "--set",
            "kafka.bootstrap.servers=" + SharedBroker.bootstrapServers(),
            "--set",
            "namespace=" + NAMESPACE));
    return Cli.run(line.toArray(String[]::new));
  }
}
