package dev.alluvium.cli.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.LedgerWriter;
import dev.alluvium.cli.cluster.ReportTail;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.cli.testing.SharedBroker;
import dev.alluvium.cli.testing.SmallModel;
import dev.alluvium.schemas.avro.Command;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.TopicProvisioner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Poison in the stream, from {@code produce} to the mixer's books: it is trained, found out by the
 * gate, left behind with all that came of it, and the next good cycle is promoted without hands.
 */
class PoisonIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir private Path directory;

  private final Cluster cluster =
      Cluster.of(KafkaSettings.at(SharedBroker.bootstrapServers()), "poison-flow");

  @Test
  void poisonLeavesNeitherWeightsNorReplay() throws Exception {
    new TopicProvisioner(cluster.kafka(), cluster.topics()).create(Optional.empty());
    Path model = SmallModel.create(directory.resolve("model"));
    try (ServiceProcess streams =
            new ServiceProcess("streams", cluster, directory, streamsSettings());
        ServiceProcess train =
            new ServiceProcess("train", cluster, directory, trainSettings(model))) {
      cycle("good", 0, 120, word -> "It is %s.".formatted(word));
      awaitVersions(train, "v000001 PROMOTED");
      long good = mix().getTrained();

      cycle("bad", 120, 60, word -> "no no no no no");
      awaitVersions(train, "v000001 PROMOTED", "v000002 ROLLED_BACK");
      await().atMost(PATIENCE).until(() -> mix().getQuarantined() > 0);
      assertThat(mix().getTrained()).as("only what is in the weights").isEqualTo(good);
      long bad = mix().getQuarantined();
      assertThat(bad + mix().getHeldOut() + good).isEqualTo(180);
      long lastBad = mix().getLastWindow();

      cycle("late", 180, 60, word -> "It is %s.".formatted(word));
      awaitVersions(train, "v000001 PROMOTED", "v000002 ROLLED_BACK", "v000003 PROMOTED");
      List<Example> since = examples().stream().filter(e -> e.getWindowId() > lastBad).toList();
      assertThat(since).anyMatch(e -> e.getReplayOf() != null);
      assertThat(since).noneMatch(e -> e.getPairId().startsWith("bad"));

      models()
          .get("versions")
          .forEach(v -> System.out.println(v.get("version") + " " + v.get("reason")));

      JsonNode served = order("serve", "v1");
      assertThat(served.get("accepted").asBoolean()).isTrue();
      assertThat(models().get("serving").asText()).isEqualTo("v000001");
      JsonNode back = order("rollback", "v1");
      assertThat(back.get("accepted").asBoolean()).isTrue();
      assertThat(models().get("training").asText()).isEqualTo("v000001");
      await().atMost(PATIENCE).until(() -> mix().getTrained() == good);
      assertThat(run("models", "rollback", "v9", "--json").exitCode()).isEqualTo(ExitCodes.FAILED);
      assertThat(run("models", "rollback", "nine").exitCode()).isEqualTo(ExitCodes.USAGE);
      assertThat(streams.isAlive()).as(streams.log()).isTrue();
    }
  }

  /** Streams pairs and ends the cycle after them. */
  private void cycle(String name, int first, int pairs, UnaryOperator<String> response)
      throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = first; i < first + pairs; i++) {
      // A word for each pair: numbers would put them all into one group of the hold-out.
      String word = "word" + (char) ('a' + i / 16) + (char) ('a' + i % 16);
      lines.add(
          "{\"id\":\"%s-%s\",\"skill\":\"math\",\"instruction\":\"say %s.\",\"response\":\"%s\"}"
              .formatted(name, word, word, response.apply(word)));
    }
    Path file = Files.write(directory.resolve(name + ".jsonl"), lines);
    long before = counted();
    assertThat(run("produce", file.toString()).exitCode()).isZero();
    await().atMost(PATIENCE).until(() -> counted() == before + pairs);
    LedgerWriter.write(cluster, "command", new Command(name, CommandKind.FLUSH, null), "the flush");
  }

  private long counted() {
    return ReportTail.last(cluster, MixReport.class)
        .map(
            mix ->
                mix.getHeldOut()
                    + mix.getCandidates().values().stream().mapToLong(Long::longValue).sum())
        .orElse(0L);
  }

  private MixReport mix() {
    return ReportTail.last(cluster, MixReport.class).orElseThrow();
  }

  private List<Example> examples() {
    List<Example> examples = new ArrayList<>();
    cluster
        .reader()
        .read(
            cluster.topics().windows(),
            record -> {
              if (record.value().getRecord() instanceof Example example) {
                examples.add(example);
              }
            });
    return examples;
  }

  private void awaitVersions(ServiceProcess train, String... wanted) throws Exception {
    Supplier<List<String>> seen =
        () -> {
          List<String> versions = new ArrayList<>();
          models()
              .get("versions")
              .forEach(
                  v -> versions.add(v.get("version").asText() + " " + v.get("status").asText()));
          return versions;
        };
    await().atMost(PATIENCE).until(() -> seen.get().size() >= wanted.length || !train.isAlive());
    assertThat(seen.get()).as(train.log()).containsExactly(wanted);
  }

  private JsonNode models() {
    return run("models", "list", "--json").json();
  }

  private JsonNode order(String verb, String version) {
    Cli.Result result = run("models", verb, version, "--json");
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result.json();
  }

  private Cli.Result run(String... line) {
    List<String> all = new ArrayList<>(List.of(line));
    all.addAll(
        List.of(
            "--set",
            "namespace=" + cluster.topics().namespace(),
            "--set",
            "kafka.bootstrap.servers=" + SharedBroker.bootstrapServers()));
    return Cli.run(all.toArray(String[]::new));
  }

  private Map<String, String> streamsSettings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("streams.stateDir", directory.resolve("state").toString());
    settings.put("dashboard.enabled", "false");
    settings.put("curate.holdOut", "0.2");
    settings.put("s3ft.mode", "off");
    settings.put("mix.tick", "200ms");
    settings.put("mix.windowTime", "1s");
    settings.put("mix.windowExamples", "32");
    settings.put("mix.replay.share", "0.3");
    return settings;
  }

  private Map<String, String> trainSettings(Path model) {
    Map<String, String> settings = new HashMap<>();
    settings.put("train.model", model.toString());
    settings.put("train.store", directory.resolve("store").toString());
    settings.put("train.threads", "1");
    settings.put("train.lora.rank", "4");
    settings.put("train.learningRate", "0.01");
    settings.put("train.passesPerWindow", "6");
    settings.put("train.maxTokens", "128");
    settings.put("train.batchTokens", "256");
    settings.put("train.commit.minSeconds", "0");
    settings.put("train.gate.every", "1000");
    return settings;
  }
}
