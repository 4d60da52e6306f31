package dev.alluvium.cli.model;

import static dev.alluvium.cli.model.TrainerRuns.deleteBefore;
import static dev.alluvium.cli.model.TrainerRuns.outcomes;
import static dev.alluvium.cli.model.TrainerRuns.progress;
import static dev.alluvium.cli.model.TrainerRuns.until;
import static dev.alluvium.cli.model.TrainerRuns.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.ReportTail;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.avro.WindowOpen;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.schemas.topic.TopicProvisioner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Windows are deleted on a real broker before the trainer has come to them. */
class LostWindowsIT {
  private static final List<String> ACCEPT = List.of("--from", "latest", "--accept-loss");
  private static final Duration PATIENCE = Duration.ofSeconds(180);

  @RegisterExtension private static final TrainerRuns runs = new TrainerRuns();

  @Test
  void theTrainerSaysWhatIsLostAndGoesOnBehindItWhenTold() throws Exception {
    Cluster cluster = runs.namespace("lost-some");
    write(cluster, 1, 2);
    try (ServiceProcess train = runs.train(cluster, ACCEPT, Map.of())) {
      until(train, () -> outcomes(cluster).contains("2=TRAINED"));
      assertThat(train.log()).contains("nothing was lost");
    }
    long stood = progress(cluster).orElseThrow().getNextOffset();
    write(cluster, 3, 6);
    long sixth = openOf(cluster, 6);
    // In the middle of window 5: what is left of it is no window.
    deleteBefore(cluster, cluster.topics().windows(), openOf(cluster, 5) + 3);

    try (ServiceProcess train = runs.train(cluster, Map.of())) {
      assertThat(train.ended(180_000)).isTrue();
      assertThat(train.exitCode()).as(train.log()).isEqualTo(ExitCodes.DATA_LOST);
      assertThat(train.log())
          .contains(
              "windows 3 to 5 were deleted before being trained",
              "training stands at offset " + stood,
              "what is left begins at offset " + sixth,
              "alluvium train --from latest --accept-loss");
    }
    assertThat(outcomes(cluster)).containsExactly("1=TRAINED", "2=TRAINED");
    // No mixer wrote this ledger: without its beginning its windows are not recomputed.
    deleteBefore(cluster, cluster.topics().ledger(), 1);
    Cli.Result before = runs.verify(cluster);
    assertThat(before.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(before.err()).contains("window_gap", "window 3, which was not trained yet");

    try (ServiceProcess train = runs.train(cluster, ACCEPT, Map.of())) {
      until(train, () -> outcomes(cluster).contains("6=TRAINED"));
    }
    assertThat(outcomes(cluster))
        .endsWith("2=TRAINED", "3=QUARANTINED", "4=QUARANTINED", "5=QUARANTINED", "6=TRAINED");
    Cli.Result after = runs.verify(cluster, "--json");
    assertThat(after.exitCode()).as(after.out()).isEqualTo(ExitCodes.DONE);
    JsonNode lost = after.json().get("lost").get(0);
    assertThat(lost.get("windows").toString()).isEqualTo("[3,5]");
    assertThat(lost.get("offsets").toString()).isEqualTo("[%d,%d]".formatted(stood, sixth - 1));
  }

  /** Only markers of transactions are gone: the trainer stood at the end. */
  @Test
  void anIdleNamespaceWhoseWindowsWereAllTrainedHasLostNothing() throws Exception {
    Cluster cluster = runs.namespace("lost-none");
    write(cluster, 1, 2);
    runs.trainTo(cluster, 2, Map.of());
    long stood = progress(cluster).orElseThrow().getNextOffset();
    write(cluster, 3, 3);
    deleteBefore(cluster, cluster.topics().windows(), openOf(cluster, 3));
    assertThat(openOf(cluster, 3)).isGreaterThan(stood);

    try (ServiceProcess train = runs.train(cluster, Map.of())) {
      until(train, () -> outcomes(cluster).contains("3=TRAINED"));
      assertThat(train.log()).contains("no windows are lost");
    }
    assertThat(progress(cluster).orElseThrow().getLost()).isEmpty();
  }

  /** Whoever went on here might leave the mixer waiting for outcomes for ever. */
  @Test
  void withoutAnythingThatTellsHowManyThereWereItDoesNotGoOn() throws Exception {
    Cluster cluster = runs.namespace("lost-unknown");
    write(cluster, 1, 2);
    deleteBefore(cluster, cluster.topics().windows(), endOf(cluster));
    try (ServiceProcess train = runs.train(cluster, ACCEPT, Map.of())) {
      assertThat(train.ended(180_000)).isTrue();
      assertThat(train.exitCode()).as(train.log()).isEqualTo(ExitCodes.DATA_LOST);
      assertThat(train.log()).contains("whether window 1", "produce a pair");
    }
    assertThat(outcomes(cluster)).isEmpty();
  }

  @Test
  void aTopicThatWasMadeAnewIsNoPlaceToGoOn() throws Exception {
    Cluster cluster = runs.namespace("lost-topic");
    write(cluster, 1, 2);
    runs.trainTo(cluster, 2, Map.of());
    long stood = progress(cluster).orElseThrow().getNextOffset();
    makeAnew(cluster);
    try (ServiceProcess train = runs.train(cluster, ACCEPT, Map.of())) {
      assertThat(train.ended(180_000)).isTrue();
      assertThat(train.exitCode()).as(train.log()).isEqualTo(ExitCodes.DATA_LOST);
      assertThat(train.log())
          .contains("training stands at offset " + stood, "the topic ends at 0 already");
    }
    assertThat(outcomes(cluster)).containsExactly("1=TRAINED", "2=TRAINED");
  }

  private static void makeAnew(Cluster cluster) throws Exception {
    String windows = cluster.topics().windows().name();
    try (Admin admin = Admin.create(cluster.kafka().admin())) {
      admin.deleteTopics(List.of(windows)).all().get();
      await().until(() -> !admin.listTopics().names().get().contains(windows));
    }
    new TopicProvisioner(cluster.kafka(), cluster.topics()).create(Optional.empty());
  }

  /** All windows that the mixer may be ahead are gone: it writes none until it hears of them. */
  @Test
  void theMixerGoesOnOnceItHasTheOutcomes() throws Exception {
    Cluster cluster = runs.namespace("lost-all");
    Path directory = Files.createDirectories(runs.directory().resolve("lost-all"));
    long lost;
    try (ServiceProcess streams =
        new ServiceProcess(
            "streams",
            cluster,
            directory,
            Map.of(
                "streams.stateDir", directory.resolve("state").toString(),
                "dashboard.enabled", "false",
                "curate.holdOut", "0.1",
                "s3ft.mode", "off",
                "mix.tick", "200ms",
                "mix.windowTime", "1s",
                "mix.windowExamples", "16"))) {
      produce(cluster, directory);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  ReportTail.last(cluster, MixReport.class)
                      .filter(LostWindowsIT::waits)
                      .isPresent());
      // A slow machine may close a window by time, before it is full.
      lost = ReportTail.last(cluster, MixReport.class).orElseThrow().getQueued();
      assertThat(lost).isPositive();
      long end = endOf(cluster);
      deleteBefore(cluster, cluster.topics().windows(), end);

      try (ServiceProcess train = runs.train(cluster, Map.of())) {
        assertThat(train.ended(180_000)).isTrue();
        assertThat(train.exitCode()).as(train.log()).isEqualTo(ExitCodes.DATA_LOST);
        assertThat(train.log()).contains("windows 1 to 2 were deleted");
      }
      try (ServiceProcess train = runs.train(cluster, ACCEPT, Map.of())) {
        until(train, () -> outcomes(cluster).contains("3=TRAINED"));
      }
      assertThat(streams.isAlive()).isTrue();
    }
    assertThat(outcomes(cluster)).startsWith("1=QUARANTINED", "2=QUARANTINED", "3=TRAINED");
    assertThat(ReportTail.last(cluster, MixReport.class).orElseThrow().getQuarantined())
        .isEqualTo(lost);
    Cli.Result verified = runs.verify(cluster);
    assertThat(verified.exitCode()).as(verified.err()).isEqualTo(ExitCodes.DONE);
    assertThat(verified.err()).contains("accepted loss: windows 1 to 2");
  }

  private static boolean waits(MixReport mix) {
    return mix.getLastWindow() == 2
        && mix.getPooled().values().stream().mapToLong(n -> n).sum() > 31;
  }

  private static void produce(Cluster cluster, Path directory) throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      String word = "word" + (char) ('a' + i / 16) + (char) ('a' + i % 16);
      lines.add(
          "{\"id\":\"%s\",\"skill\":\"math\",\"instruction\":\"say %s.\",\"response\":\"It is %s.\"}"
              .formatted(word, word, word));
    }
    Path file = Files.write(directory.resolve("pairs.jsonl"), lines);
    assertThat(TrainerRuns.alluvium(cluster, "produce", file.toString()).exitCode()).isZero();
  }

  private static long openOf(Cluster cluster, long window) {
    return records(cluster).stream()
        .filter(
            record ->
                record.value().getRecord() instanceof WindowOpen open
                    && open.getWindowId() == window)
        .mapToLong(ConsumerRecord::offset)
        .findFirst()
        .orElseThrow();
  }

  private static long endOf(Cluster cluster) {
    List<ConsumerRecord<String, WindowRecord>> all = records(cluster);
    return all.get(all.size() - 1).offset() + 1;
  }

  private static List<ConsumerRecord<String, WindowRecord>> records(Cluster cluster) {
    List<ConsumerRecord<String, WindowRecord>> all = new ArrayList<>();
    cluster.reader().read(cluster.topics().windows(), all::add);
    return all;
  }
}
