package dev.alluvium.cli.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.LedgerWriter;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Candidates;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.SharedBroker;
import dev.alluvium.cli.testing.SmallFlow;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Command;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.WindowOpen;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pair that waits, one that was trained and one that is held out are erased while all runs. */
class EraseIT {
  /** So many trained pairs that some of them would be replayed for certain. */
  private static final int TRAINED = 30;

  @TempDir private Path directory;

  @Test
  void whatIsErasedIsInNoLaterWindow() throws Exception {
    try (SmallFlow flow = new SmallFlow("erase", directory)) {
      Cluster cluster = flow.cluster();
      flow.good();
      assertThat(flow.run(policy()).exitCode()).isZero();
      flow.waiting("wait", 120, 20);
      List<String> trained = trained(cluster);
      String heldOut = heldOut(cluster);
      String waits =
          Candidates.of(cluster).stream()
              .map(Candidate::getPairId)
              .filter(id -> id.startsWith("wait-"))
              .findFirst()
              .orElseThrow();

      aPairThatWaitsExpires(flow, waits);
      aTrainedPairIsReplayedNoMoreAndItsVersionsAreTold(flow, trained.get(0));
      aProbeLeaves(flow, heldOut);
      anUnknownPairIsSaidToBe(flow);
      int kept = flow.mix().getReservoirs().get("math");
      trained.subList(1, TRAINED).forEach(pair -> erase(cluster, pair));
      await()
          .atMost(SmallFlow.PATIENCE)
          .until(() -> flow.mix().getReservoirs().get("math") == kept - (TRAINED - 1));

      long last = flow.mix().getLastWindow();
      flow.more("later", 180, 60);
      List<String> since = pairsSince(cluster, last);
      assertThat(since).hasSizeGreaterThan(60).doesNotContain(waits, heldOut);
      assertThat(since).doesNotContainAnyElementsOf(trained);
      Cli.Result verified =
          flow.run("verify", "--set", "train.store=" + directory.resolve("store"), "--json");
      assertThat(verified.exitCode()).as(verified.out()).isEqualTo(ExitCodes.DONE);
    }
  }

  private static void aPairThatWaitsExpires(SmallFlow flow, String pair) {
    JsonNode json = erased(flow, pair);
    assertThat(json.get("purged").toString())
        .isEqualTo("{\"open_windows\":0,\"pool\":1,\"probes\":0,\"reservoirs\":0}");
    assertThat(json.at("/lineage/versions")).isEmpty();
    assertThat(json.at("/lineage/erased")).hasSize(1);
    assertThat(flow.mix().getExpired()).containsEntry("erased", 1L);
    topicsAreTold(json.get("topics"));
  }

  private static void topicsAreTold(JsonNode topics) {
    assertThat(topics)
        .extracting(topic -> topic.get("topic").asText())
        .contains(
            "erase.pairs.v1",
            "erase-curate-curate-by-prompt-repartition",
            "erase.ledger.v1",
            "erase-mix-mix-pool-changelog",
            "erase-mix-mix-reservoirs-changelog",
            "erase-mix-mix-probes-changelog",
            "erase.training.windows.v1",
            "erase.dead-letters.v1");
    for (JsonNode topic : topics) {
      if (topic.get("topic").asText().equals("erase.ledger.v1")) {
        // 90 days, and 7 more for which newer records may keep the file
        assertThat(Instant.parse(topic.get("gone_by").asText()))
            .isBetween(
                Instant.now().plus(Duration.ofDays(97)), Instant.now().plus(Duration.ofDays(98)));
      } else if (topic.get("topic").asText().endsWith("-changelog")) {
        assertThat(topic.get("gone_by").isNull()).isTrue();
      }
    }
  }

  private static void aTrainedPairIsReplayedNoMoreAndItsVersionsAreTold(
      SmallFlow flow, String pair) {
    Cli.Result people = flow.run("erase", pair, "--yes");
    assertThat(people.exitCode()).as(people.err()).isZero();
    assertThat(people.out()).isEmpty();
    assertThat(people.err())
        .containsPattern("reservoirs +1")
        .containsPattern("v000001 +PROMOTED")
        .contains("what v000001 learnt", "erase.ledger.v1", "at the latest");
    assertThat(erased(flow, pair).at("/purged/reservoirs").asLong()).as("gone already").isZero();
  }

  private static void aProbeLeaves(SmallFlow flow, String pair) {
    JsonNode json = erased(flow, pair);
    assertThat(json.at("/purged/probes").asLong()).isEqualTo(1);
    assertThat(json.at("/lineage/editions/0/measured")).hasSize(1);
  }

  private static void anUnknownPairIsSaidToBe(SmallFlow flow) {
    Cli.Result unknown = flow.run("erase", "nobody", "--yes", "--json");
    assertThat(unknown.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(unknown.out()).isEmpty();
    assertThat(unknown.err()).contains("nothing is known of the pair nobody");
    Cli.Result unasked = flow.run("erase", "nobody");
    assertThat(unasked.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(unasked.err()).contains("give --yes");
  }

  @Test
  void saysThatNobodyAnswers() {
    String[] where = {
      "--set",
      "namespace=erase-nobody",
      "--set",
      "kafka.bootstrap.servers=" + SharedBroker.bootstrapServers()
    };
    assertThat(Cli.run("topics", "create", where[0], where[1], where[2], where[3]).exitCode())
        .isZero();
    Cli.Result result =
        Cli.run("erase", "p", "--yes", "--wait", "1", where[0], where[1], where[2], where[3]);
    assertThat(result.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(result.err()).contains("no answer in 1 s: is `alluvium streams` running");
  }

  private static JsonNode erased(SmallFlow flow, String pair) {
    Cli.Result result = flow.run("erase", pair, "--yes", "--json");
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result.json();
  }

  private static void erase(Cluster cluster, String pair) {
    Command command = new Command("erase " + pair, CommandKind.ERASE, pair);
    LedgerWriter.write(cluster, "command", command, "the order");
  }

  /** The same mixture as before, in windows that do not close by time. */
  private static String[] policy() {
    return new String[] {
      "policy", "set",
      "--set", "mix.windowTime=1h",
      "--set", "mix.windowExamples=32",
      "--set", "mix.replay.share=0.3"
    };
  }

  /** Pairs of the first windows, each once. */
  private static List<String> trained(Cluster cluster) {
    return examples(cluster, 0).stream()
        .filter(example -> example.getReplayOf() == null)
        .map(Example::getPairId)
        .limit(TRAINED)
        .toList();
  }

  private static String heldOut(Cluster cluster) {
    List<String> carried = new ArrayList<>();
    cluster
        .reader()
        .read(
            cluster.topics().windows(),
            record -> {
              if (record.value().getRecord() instanceof WindowOpen open) {
                open.getNewProbes().stream().map(Probe::getPairId).forEach(carried::add);
              }
            });
    return carried.get(0);
  }

  private static List<String> pairsSince(Cluster cluster, long window) {
    return examples(cluster, window).stream().map(Example::getPairId).toList();
  }

  private static List<Example> examples(Cluster cluster, long after) {
    List<Example> examples = new ArrayList<>();
    cluster
        .reader()
        .read(
            cluster.topics().windows(),
            record -> {
              if (record.value().getRecord() instanceof Example example
                  && example.getWindowId() > after) {
                examples.add(example);
              }
            });
    return examples;
  }
}
