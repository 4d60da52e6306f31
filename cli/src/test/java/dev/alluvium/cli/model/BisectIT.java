package dev.alluvium.cli.model;

import static dev.alluvium.cli.model.TrainerRuns.until;
import static dev.alluvium.cli.model.TrainerRuns.versions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.JavaCommand;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.trainer.files.DurableDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * One window of poison among good ones, in a cycle that the gate left behind, while the trainer
 * lives on: v1 (windows 1, 2), v2 (3 to 6, left behind), v3 (7, 8).
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BisectIT {
  private static final int EXAMPLES = 8;
  private static final int POISON = 5;
  private static final int POISONED = 24;
  private static final Map<String, String> SETTINGS =
      Map.of(
          "passesPerWindow", "20",
          "sftmix.mu", "0.2",
          "sftmix.split", "window",
          "guard.lossSpike", "0",
          "keep.checkpoints", "1",
          "gate.every", "4",
          // Poison is far above it and good windows are far below, whatever processor calculates.
          "gate.perplexityBudget", "0.25",
          "gate.cumulativeBudget", "0.3");

  @RegisterExtension private static final TrainerRuns runs = new TrainerRuns();
  private static Cluster cluster;
  private static ServiceProcess train;

  @BeforeAll
  static void start() throws Exception {
    cluster = runs.namespace("bisect");
    try (WindowWriter writer = new WindowWriter(cluster)) {
      writer.sums(1, EXAMPLES);
      writer.sums(2, EXAMPLES);
      writer.flush();
      writer.sums(3, EXAMPLES);
      List<Example> fourth = WindowWriter.additions(4, EXAMPLES);
      fourth.set(0, other(fourth.get(0)));
      writer.write(4, fourth);
      writer.write(POISON, poison());
      // Ends the cycle: left behind before any outcome could say that it was trained.
      writer.write(6, List.of(other(WindowWriter.example(6, 0, "How many?", "no no"))));
      writer.sums(7, EXAMPLES);
      writer.sums(8, EXAMPLES);
      writer.flush();
    }
    train = runs.train(cluster, SETTINGS);
    until(train, () -> versions(cluster).size() == 3);
    try (WindowWriter writer = new WindowWriter(cluster)) {
      writer.control("erase", CommandKind.ERASE, "probe-3");
    }
    List<String> versions = versions(cluster);
    assertThat(versions).startsWith("v000001 PROMOTED", "v000002 ROLLED_BACK").hasSize(3);
    // Whether four probes show that it is good enough differs from processor to processor.
    assertThat(versions.get(2)).isIn("v000003 PROMOTED", "v000003 HELD");
  }

  @AfterAll
  static void stop() throws Exception {
    train.close();
  }

  @Test
  @Order(1)
  void thePoisonIsNamedAndTheVersionReproducedAndNothingWritten() throws Exception {
    List<String> before = files();
    List<String> scratch = scratch();

    Cli.Result result = bisect("math", "--bad", "v2", "--json");

    assertThat(result.exitCode()).as(result.err()).isZero();
    JsonNode json = result.json();
    assertThat(json.get("skill").asText()).isEqualTo("math");
    assertThat(json.get("good").asText()).isEqualTo("v000001");
    assertThat(json.get("bad").asText()).isEqualTo("v000002");
    assertThat(json.get("probes").asInt()).as("four, one of them erased since").isEqualTo(3);
    assertThat(json.get("budget").asDouble()).isEqualTo(0.1);
    assertThat(json.get("broke").asLong()).isEqualTo(POISON);
    assertThat(json.get("steepest").asLong()).isEqualTo(POISON);
    assertThat(json.get("reproduced")).as(result.err()).hasToString("true");
    JsonNode windows = json.get("windows");
    assertThat(windows)
        .extracting(window -> window.get("window").asLong())
        .containsExactly(3L, 4L, 5L, 6L);
    assertThat(windows)
        .extracting(window -> window.get("examples").asInt())
        .containsExactly(8, 8, POISONED, 1);
    assertThat(windows)
        .extracting(window -> window.get("of_skill").asInt())
        .containsExactly(8, 7, POISONED, 0);
    assertThat(windows)
        .extracting(window -> window.get("worse").asBoolean())
        .containsExactly(false, false, true, true);
    // A window has an open, its examples, a close and the end of its transaction; and there is an
    // order before.
    assertThat(windows)
        .extracting(window -> window.get("offset").asLong())
        .containsExactly(24L, 35L, 46L, 73L);
    assertThat(files()).isEqualTo(before);
    assertThat(scratch()).isEqualTo(scratch);
    assertThat(train.isAlive()).as("it keeps its lease: " + train.log()).isTrue();
  }

  @Test
  @Order(2)
  void peopleGetATableAndTheNextStep() {
    Cli.Result result = bisect("math", "--good", "v1", "--bad", "v2");
    System.out.println(result.err());

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .contains("v000001 had perplexity", "by 3 probes of math")
        .containsPattern("WINDOW +OFFSET +EXAMPLES \\(math / ALL\\) +PERPLEXITY +x v000001")
        .containsPattern("\n5 +46 +24 / 24 +\\S+ +\\S+ +worse\n")
        .contains("window 5 broke math", "alluvium lineage PAIR_ID", "v000002 is left behind");
  }

  /** The windows left behind in between are not trained, so v3 comes to its own weights. */
  @Test
  @Order(3)
  void aGoodVersionHasNoSuchWindow() {
    Cli.Result result = bisect("math", "--good", "base", "--json");

    assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
    assertThat(result.err()).contains("no window brought math beyond the budget");
    assertThat(result.json().get("bad").asText()).isEqualTo("v000003");
    assertThat(result.json().get("budget").asDouble()).isEqualTo(0.3);
    assertThat(result.json().get("probes").asInt()).isEqualTo(3);
    assertThat(result.json().get("broke").isNull()).isTrue();
    assertThat(result.json().get("reproduced").asBoolean()).as(result.err()).isTrue();
    assertThat(result.json().get("windows"))
        .extracting(window -> window.get("window").asLong())
        .containsExactly(1L, 2L, 7L, 8L);
  }

  @Test
  @Order(4)
  void otherSettingsAreToldAndReproduceNothing() {
    Cli.Result result = bisect("math", "--json", "--probe", "probe-2", "--set", "train.seed=8");

    assertThat(result.json().get("probes").asInt()).isEqualTo(1);
    assertThat(result.json().at("/windows/0/rise").isNumber()).isTrue();
    assertThat(result.json().at("/windows/0/rise_error").isNull()).isTrue();
    assertThat(result.json().get("reproduced")).hasToString("false");
    assertThat(result.err())
        .contains(
            "warning: the settings that shape the weights",
            "warning: the weights after window 8 are not those of v000003");
  }

  /** A window that would take hours. */
  @Test
  @Order(5)
  void ctrlCLeavesAtOnceAndLeavesNothing() throws Exception {
    List<String> scratch = scratch();
    List<String> line = new ArrayList<>(JavaCommand.start());
    line.addAll(arguments("math", "--bad", "v2", "--set", "train.passesPerWindow=1000000"));
    Path log = runs.directory().resolve("interrupted.log");
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      await()
          .atMost(60, TimeUnit.SECONDS)
          .until(() -> scratch().size() > scratch.size() || !process.isAlive());
      assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(Files.readString(log)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(130);
    assertThat(scratch()).isEqualTo(scratch);
  }

  @Test
  @Order(6)
  void whatCannotBeAnsweredIsRefused() {
    refused("there is no version v000009: there is v000001", "math", "--bad", "v9");
    refused(
        "v000003 was not trained on from v000002: expected one of [v000001], or base",
        "math",
        "--good",
        "v2");
    refused(
        "v000003 was measured by no probe of the skill poetry: expected one of [math]", "poetry");
    refused(
        "no probe nobody of the skill math: expected some of its 3", "math", "--probe", "nobody");
    refused(
        "was trained on another base model or with another train.method or train.lora",
        "math",
        "--set",
        "train.lora.rank=2");
    assertThat(bisect("math", "--bad", "three").exitCode()).isEqualTo(2);
  }

  @Test
  @Order(7)
  void aStateThatIsKeptNoMoreIsRefused() throws IOException {
    for (String name : runs.names(cluster, "checkpoints")) {
      DurableDirectory.delete(runs.folder(cluster, "checkpoints").resolve(name));
    }
    refused(
        "the state of v000001 is kept no more (train.keep.promoted), or train.store is not that of the trainer: --good may be base",
        "math",
        "--bad",
        "v2");
  }

  @Test
  @Order(8)
  void windowsThatAreDeletedAreRefused() throws Exception {
    TopicPartition windows = new TopicPartition(cluster.topics().windows().name(), 0);
    try (Admin admin = Admin.create(cluster.kafka().admin())) {
      admin
          .deleteRecords(Map.of(windows, RecordsToDelete.beforeOffset(15)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    refused(
        "window 1 is not in training.windows.v1 any more: the first window after it is 3",
        "math",
        "--good",
        "base");
  }

  private static void refused(String why, String... arguments) {
    Cli.Result result = bisect(arguments);
    assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains(why);
  }

  private static Cli.Result bisect(String... arguments) {
    return Cli.run(arguments(arguments).toArray(String[]::new));
  }

  private static List<String> arguments(String... arguments) {
    List<String> line = new ArrayList<>(List.of("models", "bisect"));
    line.addAll(
        List.of(
            "--set",
            "namespace=" + cluster.topics().namespace(),
            "--set",
            "kafka.bootstrap.servers=" + cluster.kafka().bootstrapServers()));
    runs.settings(SETTINGS)
        .forEach((key, value) -> line.addAll(List.of("--set", key + "=" + value)));
    // Budgets shape no weights: a smaller one than the gate's is asked for.
    line.addAll(List.of("--set", "train.gate.perplexityBudget=0.1"));
    line.addAll(List.of(arguments));
    return line;
  }

  private static List<Example> poison() {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < POISONED; i++) {
      examples.add(
          WindowWriter.example(
              POISON, i, "Add %d and %d.".formatted(50 + i, i), "no no no no no no"));
    }
    return examples;
  }

  private static Example other(Example example) {
    return Example.newBuilder(example).setSkill("other").build();
  }

  /** Every file of the store with its last change. */
  private static List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(runs.folder(cluster, "versions").getParent())) {
      List<String> seen = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        seen.add(file + " " + Files.getLastModifiedTime(file));
      }
      return seen;
    }
  }

  private static List<String> scratch() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.map(Path::toString).filter(name -> name.contains("alluvium-bisect-")).toList();
    }
  }
}
