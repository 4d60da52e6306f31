package dev.alluvium.cli.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.testing.Candidates;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.cli.testing.SharedBroker;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.TopicProvisioner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The suite's streams, its base model, a real worker and both topologies: whose words become
 * targets, and how likely the model finds them.
 */
class SuiteStreamIT {
  private static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final String NAMESPACE = "suite-stream";
  private static final int PAIRS = 150;

  /** MODEL, PARAPHRASE and GOLD in percent: the paper's table 3, which the streams are made for. */
  private static final Map<String, int[]> SHARES =
      Map.of(
          "subtract", new int[] {50, 42, 8},
          "program", new int[] {30, 33, 37},
          "stone", new int[] {66, 26, 8});

  @TempDir private Path directory;

  @Test
  void sharesAreThoseOfThePaperAndOwnWordsAreTheLikelierOnes() throws Exception {
    Cluster cluster = Cluster.of(KafkaSettings.at(SharedBroker.bootstrapServers()), NAMESPACE);
    new TopicProvisioner(cluster.kafka(), cluster.topics()).create(Optional.empty());
    Path suite = directory.resolve("suite");
    assertThat(
            Cli.run(
                    "suite",
                    "--output",
                    suite.toString(),
                    "--seed",
                    "77",
                    "--base",
                    "1",
                    "--stream",
                    Integer.toString(PAIRS),
                    "--held-out",
                    "1")
                .exitCode())
        .isZero();
    try (ServiceProcess streams = new ServiceProcess("streams", cluster, directory, streams());
        ServiceProcess worker = new ServiceProcess("generate", cluster, directory, worker())) {
      for (String skill : SHARES.keySet()) {
        Path file = suite.resolve("stream-" + skill + ".jsonl");
        assertThat(cli("produce", file.toString()).exitCode()).isZero();
      }
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .until(
              () ->
                  Candidates.of(cluster).size() == 3 * PAIRS
                      || !streams.isAlive()
                      || !worker.isAlive());
      assertThat(streams.isAlive()).as(streams.log()).isTrue();
      assertThat(worker.isAlive()).as(worker.log()).isTrue();
      await().atMost(PATIENCE).until(() -> scored(targets()) == own(Candidates.of(cluster)));
    }
    List<Candidate> candidates = Candidates.of(cluster);
    assertThat(candidates.stream().map(Candidate::getPairId).distinct()).hasSize(3 * PAIRS);
    for (Candidate candidate : candidates) {
      if (candidate.getTarget().getOrigin() != Origin.GOLD) {
        assertThat(candidate.getTarget().getModelVersion()).isEqualTo("base");
        assertThat(candidate.getTarget().getTokenIds()).isNotEmpty();
      }
    }
    JsonNode targets = targets();
    SHARES.forEach(
        (skill, shares) -> {
          JsonNode node = targets.path("skills").path(skill);
          assertThat(percent(node, "MODEL")).as(skill).isCloseTo(shares[0], within(10.0));
          assertThat(percent(node, "PARAPHRASE")).as(skill).isCloseTo(shares[1], within(10.0));
          assertThat(percent(node, "GOLD")).as(skill).isCloseTo(shares[2], within(10.0));
          assertThat(node.path("loss").path("own").asDouble())
              .as("loss of own words, %s", skill)
              .isLessThan(node.path("loss").path("gold").asDouble());
        });
  }

  private static long own(List<Candidate> candidates) {
    return candidates.stream().filter(c -> c.getTarget().getOrigin() != Origin.GOLD).count();
  }

  private static long scored(JsonNode targets) {
    long sum = 0;
    for (JsonNode skill : targets.path("skills")) {
      sum += skill.path("loss").path("n").asLong();
    }
    return sum;
  }

  private static double percent(JsonNode skill, String origin) {
    return 100.0 * skill.path("origins").path(origin).asLong() / PAIRS;
  }

  private Map<String, String> streams() {
    Map<String, String> settings = new HashMap<>();
    settings.put("streams.stateDir", directory.resolve("state").toString());
    settings.put("curate.holdOut", "0");
    settings.put("s3ft.prompts", Path.of("../models/suite/prompts").toAbsolutePath().toString());
    settings.put("s3ft.scored", "1");
    settings.put("s3ft.maxTokens", "64");
    return settings;
  }

  private static Map<String, String> worker() {
    return Map.of(
        "train.model",
        Path.of("../models/suite").toAbsolutePath().toString(),
        "generate.threads",
        "1");
  }

  private static JsonNode targets() {
    return cli("targets", "--json").json();
  }

  private static Cli.Result cli(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--set",
            "namespace=" + NAMESPACE,
            "--set",
            "kafka.bootstrap.servers=" + SharedBroker.bootstrapServers()));
    return Cli.run(all.toArray(String[]::new));
  }
}
