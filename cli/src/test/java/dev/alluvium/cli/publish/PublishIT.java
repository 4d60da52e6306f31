package dev.alluvium.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.cli.config.SettingsLoader;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.cli.testing.SharedBroker;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.schemas.client.ClientListener;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.TopicProvisioner;
import dev.alluvium.trainer.release.CurrentFile;
import dev.alluvium.trainer.release.Published;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From records in models.v1 to servers that serve what they say. */
class PublishIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir private Path directory;
  private Cluster cluster;
  private Shelf shelf;

  @BeforeEach
  void createTopics() {
    String namespace = "publish-" + Long.toHexString(System.nanoTime());
    cluster = Cluster.of(KafkaSettings.at(SharedBroker.bootstrapServers()), namespace);
    new TopicProvisioner(cluster.kafka(), cluster.topics()).create(Optional.empty());
    shelf = new Shelf(directory.resolve("store"));
  }

  @Test
  void theServiceFollowsTheVersionThatAnswersUntilItIsTerminated() throws Exception {
    try (StandInVllm server = new StandInVllm();
        ServiceProcess publisher =
            new ServiceProcess("publish", cluster, directory, settings(server.url()))) {
      awaitVersion("base");
      write(shelf.adapter(1));
      awaitVersion("v000001");
      assertThat(server.loaded()).containsExactly("alluvium-v000001");

      write(shelf.adapter(2));
      awaitVersion("v000002");
      await().atMost(PATIENCE).until(() -> server.loaded().equals(Set.of("alluvium-v000002")));

      write(shelf.record(2, "lora", VersionStatus.ROLLED_BACK));
      awaitVersion("v000001");
      int looks = server.looks();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> server.looks() > looks + 10); // by default 4 in this time

      publisher.signal("TERM");
      assertThat(publisher.ended(PATIENCE.toMillis())).isTrue();
      assertThat(publisher.log())
          .contains("alluvium-v000001 answers from now on, on 1 servers; before: alluvium-v000002")
          .doesNotContain("Exception");
    }
  }

  @Test
  void onceItBringsTheServersThereAndSaysWhetherTheyAre() throws Exception {
    try (StandInVllm one = new StandInVllm();
        StandInVllm two = new StandInVllm()) {
      write(shelf.adapter(1));
      String urls = one.url() + "," + two.url();
      two.down();

      Cli.Result missing = once(urls);
      assertThat(missing.exitCode()).isEqualTo(ExitCodes.FAILED);
      assertThat(missing.json().path("servers").path(0).path("state").asText())
          .isEqualTo("serving");
      assertThat(missing.json().path("servers").path(1).path("state").asText()).isEqualTo("away");
      assertThat(missing.json().path("switched").asBoolean()).isFalse();

      two.up();
      Cli.Result all = once(urls);
      assertThat(all.exitCode()).as(all.err()).isEqualTo(ExitCodes.DONE);
      assertThat(all.out())
          .isEqualToIgnoringNewLines(
              "{\"version\":\"v000001\",\"model\":\"alluvium-v000001\",\"servers\":["
                  + "{\"url\":\"%s\",\"loaded\":[\"alluvium-v000001\"],\"state\":\"serving\",\"error\":\"\"},"
                      .formatted(one.url())
                  + "{\"url\":\"%s\",\"loaded\":[\"alluvium-v000001\"],\"state\":\"serving\",\"error\":\"\"}],"
                      .formatted(two.url())
                  + "\"switched\":true,\"error\":\"\"}");
      assertThat(once(urls).json().path("switched").asBoolean()).isFalse();
    }
  }

  @Test
  void theKeyOfTheServersIsInAFileOrAVariable() throws Exception {
    try (StandInVllm server = new StandInVllm()) {
      server.key = "k-123";
      write(shelf.adapter(1));
      assertThat(once(server.url()).exitCode()).isEqualTo(ExitCodes.FAILED);

      Path key = Files.writeString(directory.resolve("key"), "k-123\n");
      Cli.Result byFile = once(server.url(), "publish.apiKeyFile=" + key);
      assertThat(byFile.exitCode()).as(byFile.err()).isEqualTo(ExitCodes.DONE);

      Map<String, String> values = new HashMap<>(settings(server.url()));
      values.put("publish.apiKeyVariable", "KEY");
      AlluviumSettings settings =
          new SettingsLoader(Map.of()).load(Optional.empty(), values).settings();
      Publishing byVariable =
          new Publishing(
              settings.publish(),
              settings.train(),
              cluster.kafka(),
              cluster.topics(),
              Map.of("KEY", "k-123"),
              new PublisherHealth(PATIENCE, System::nanoTime),
              ClientListener.NONE);
      assertThat(byVariable.once(() -> false)).hasValueSatisfying(PublishIT::answers);
    }
  }

  private static void answers(PublishReport report) {
    assertThat(report.answers()).as("%s", report).isTrue();
  }

  @Test
  void whatAnswersIsToldWhereItIsWanted() throws Exception {
    Path elsewhere = directory.resolve("elsewhere.json");
    try (StandInVllm server = new StandInVllm()) {
      write(shelf.adapter(1));
      assertThat(once(server.url(), "publish.current=" + elsewhere).exitCode())
          .isEqualTo(ExitCodes.DONE);
    }
    assertThat(new CurrentFile(elsewhere).read().map(Published::version)).hasValue("v000001");
    assertThat(inStore()).doesNotExist();
  }

  private Path inStore() {
    return shelf.store().resolve(cluster.topics().id("train")).resolve("current.json");
  }

  private void awaitVersion(String version) {
    CurrentFile current = new CurrentFile(inStore());
    await()
        .atMost(PATIENCE)
        .until(() -> current.read().map(Published::version).equals(Optional.of(version)));
  }

  private Cli.Result once(String servers, String... more) {
    List<String> line = new ArrayList<>(List.of("publish", "--once", "--json"));
    settings(servers).forEach((key, value) -> line.addAll(List.of("--set", key + "=" + value)));
    Stream.of(more).forEach(one -> line.addAll(List.of("--set", one)));
    line.addAll(
        List.of(
            "--set",
            "kafka.bootstrap.servers=" + cluster.kafka().bootstrapServers(),
            "--set",
            "namespace=" + cluster.topics().namespace()));
    return Cli.run(line.toArray(String[]::new));
  }

  private Map<String, String> settings(String servers) {
    return Map.of(
        "publish.servers", servers,
        "publish.every", "200ms",
        "publish.drain", "100ms",
        "publish.keep", "0",
        "publish.attempts", "2",
        "train.store", shelf.store().toString());
  }

  private void write(ModelVersion version) {
    Topic<String, ModelVersion> topic = cluster.topics().models();
    try (KafkaProducer<String, ModelVersion> producer =
        new KafkaProducer<>(
            cluster.kafka().producer(), topic.keys().serializer(), topic.values().serializer())) {
      producer.send(new ProducerRecord<>(topic.name(), version.getVersion(), version));
    }
  }
}
