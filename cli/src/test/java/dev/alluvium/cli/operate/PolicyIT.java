package dev.alluvium.cli.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.cli.testing.SharedBroker;
import dev.alluvium.schemas.client.KafkaSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mixture rules of running stream processors, shown and changed. */
class PolicyIT {
  private static final String SERVERS =
      "kafka.bootstrap.servers=" + SharedBroker.bootstrapServers();

  @TempDir private Path directory;

  @Test
  void whatIsShownCanBeChangedAndSetAndOutlivesARestart() throws Exception {
    assertThat(run("topics", "create").exitCode()).isEqualTo(ExitCodes.DONE);
    assertThat(run("policy", "show").exitCode()).isEqualTo(ExitCodes.FAILED);
    Path file = directory.resolve("policy.yaml");
    try (ServiceProcess streams = streams()) {
      await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> run("policy", "show").exitCode() == ExitCodes.DONE || !streams.isAlive());
      assertThat(streams.isAlive()).as(streams.log()).isTrue();
      String shown = run("policy", "show").out();
      assertThat(shown).startsWith("mix:\n  policy: weighted\n").contains("  windowTime: 30s\n");
      Cli.Result same = set(file, shown, "--json");
      assertThat(same.exitCode()).as(same.out() + same.err() + streams.log()).isZero();

      Cli.Result changed =
          set(file, shown, "--set", "mix.policy=dmt", "--set", "mix.weights.math=3", "--json");
      assertThat(changed.exitCode()).as(changed.out() + changed.err() + streams.log()).isZero();
      assertThat(show().get("mix").get("dmt").get("fraction").asText()).isEqualTo("1/256");

      Cli.Result wrong = set(file, shown, "--set", "mix.minFill=65");
      assertThat(wrong.exitCode()).isNotEqualTo(ExitCodes.DONE);
      assertThat(wrong.err()).contains("mix.minFill is 65: expected 1 to 64");
      streams.stop();
      assertThat(streams.ended(60_000)).isTrue();
    }
    try (ServiceProcess streams = streams()) {
      assertThat(show().get("mix").get("policy").asText()).isEqualTo("dmt");
      Cli.Result again = set(file, "mix: {policy: proportional}\n", "--wait", "90");
      assertThat(again.exitCode()).as(again.err() + streams.log()).isZero();
    }
    assertThat(show().get("mix").get("policy").asText()).isEqualTo("proportional");
  }

  @Test
  void saysThatNobodyAnswers() throws IOException {
    assertThat(run("topics", "create").exitCode()).isEqualTo(ExitCodes.DONE);
    Cli.Result result = set(directory.resolve("policy.yaml"), "mix: {}\n", "--wait", "1");
    assertThat(result.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(result.err()).contains("no answer in 1 s: is `alluvium streams` running");
  }

  private JsonNode show() {
    return run("policy", "show", "--json").json();
  }

  private Cli.Result set(Path file, String yaml, String... more) throws IOException {
    Files.writeString(file, yaml);
    List<String> all = new ArrayList<>(List.of("policy", "set", "--config", file.toString()));
    all.addAll(List.of(more));
    return run(all.toArray(String[]::new));
  }

  private ServiceProcess streams() throws IOException {
    Cluster cluster = Cluster.of(KafkaSettings.at(SharedBroker.bootstrapServers()), namespace());
    Map<String, String> settings =
        Map.of("streams.stateDir", directory.resolve("state").toString());
    return new ServiceProcess("streams", cluster, directory, settings);
  }

  private Cli.Result run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--set", SERVERS, "--set", "namespace=" + namespace()));
    return Cli.run(all.toArray(String[]::new));
  }

  private String namespace() {
    return "policy-" + directory.getFileName().toString().replaceAll("[^0-9]", "");
  }
}
