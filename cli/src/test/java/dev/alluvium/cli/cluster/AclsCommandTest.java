package dev.alluvium.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rights as people grant them; no broker is asked. */
class AclsCommandTest {
  @Test
  void printsALineForEachRightOfARole() {
    Cli.Result result =
        Cli.run(
            "topics",
            "acls",
            "--role",
            "publish",
            "--principal",
            "publish=User:CN=publisher,O=us",
            "--command-config",
            "me.properties",
            "--set",
            "namespace=team",
            "--set",
            "kafka.bootstrap.servers=b:1");

    String begin =
        "kafka-acls.sh --bootstrap-server 'b:1' --command-config 'me.properties' --add --force"
            + " --allow-principal 'User:CN=publisher,O=us' --operation Read --topic ";
    assertThat(result.exitCode()).isZero();
    assertThat(result.out().lines())
        .containsExactly(
            "# publish",
            begin + "'team.models.v1' --resource-pattern-type literal # which version answers",
            begin + "'team.schemas.v1' --resource-pattern-type literal # records of a newer build");
  }

  @Test
  void prefixesAndIdsAreThoseOfTheNamespace() {
    List<String> lines =
        Cli.run("topics", "acls", "--role", "streams", "--role", "train").out().lines().toList();

    assertThat(lines)
        .anyMatch(
            line ->
                line.contains(
                    "--transactional-id 'alluvium-train' --resource-pattern-type literal"))
        .anyMatch(
            line ->
                line.contains(
                    "--transactional-id 'alluvium-mix-' --resource-pattern-type prefixed"))
        .anyMatch(
            line -> line.contains("--group 'alluvium-curate' --resource-pattern-type literal"))
        .anyMatch(
            line ->
                line.contains(
                    "--allow-principal 'User:alluvium-streams' --operation Create --operation Read"
                        + " --operation Write --operation Delete --topic 'alluvium-curate-' --resource-pattern-type prefixed"));
  }

  @Test
  void aPrincipalWithoutATypeIsRefused() {
    Cli.Result result = Cli.run("topics", "acls", "--principal", "train=alice");

    assertThat(result.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(result.err()).contains("--principal train=alice", "User:alice");
  }
}
