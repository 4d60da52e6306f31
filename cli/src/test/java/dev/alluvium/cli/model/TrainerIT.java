package dev.alluvium.cli.model;

import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.broker.EmbeddedBroker;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.cli.testing.SmallModel;
import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.TopicProvisioner;
import dev.alluvium.trainer.commit.Commit;
import dev.alluvium.trainer.commit.TrainingLog;
import dev.alluvium.trainer.files.DurableDirectory;
import dev.alluvium.trainer.release.Manifest;
import dev.alluvium.trainer.release.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The trainer as a process on a real broker, killed at a random moment of a random window. {@code
 * -Dkills=20} runs more kills than a build has patience for.
 */
class TrainerIT {
  private static final int WINDOWS = 6;
  private static final int EXAMPLES = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(180);

  @TempDir private static Path root;
  private static EmbeddedBroker broker;
  private static Path model;

  /** By method, what a trainer came to that nobody disturbed. */
  private static final Map<String, Undisturbed> undisturbed = new HashMap<>();

  /**
   * A whole run.
   *
   * @param digests version name to digest of its weights
   * @param millisPerWindow from one outcome to the next, on average
   */
  private record Undisturbed(Map<String, String> digests, long millisPerWindow) {}

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(root.resolve("broker"), 0);
    model = SmallModel.create(root.resolve("model"));
    for (String method : List.of("lora", "full")) {
      Cluster cluster = namespace("undisturbed-" + method);
      writeWindows(cluster);
      try (ServiceProcess train = train(cluster, Map.of("method", method))) {
        awaitLastVersion(cluster, train);
      }
      List<Long> times = outcomeTimes(cluster);
      long millisPerWindow = (times.get(WINDOWS - 1) - times.get(0)) / (WINDOWS - 1);
      undisturbed.put(method, new Undisturbed(digests(cluster), millisPerWindow));
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  /** Every second kill is for full fine-tuning. */
  static Stream<Arguments> kills() {
    return LongStream.rangeClosed(1, Integer.getInteger("kills", 2))
        .mapToObj(seed -> Arguments.of(seed % 2 == 0 ? "full" : "lora", seed));
  }

  @ParameterizedTest
  @MethodSource("kills")
  void aKilledTrainerLosesNothingAndRepeatsNothing(String method, long seed) throws Exception {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    Undisturbed whole = Objects.requireNonNull(undisturbed.get(method));
    int window = random.nextInt(WINDOWS);
    long moment = random.nextLong(whole.millisPerWindow());
    Cluster cluster = namespace("kill-" + seed);
    writeWindows(cluster);

    try (ServiceProcess first = train(cluster, Map.of("method", method))) {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> outcomeTimes(cluster).size() >= window && progress(cluster).isPresent());
      assertThat(first.ended(moment)).as(first.log()).isFalse();
      first.kill();
    }
    System.out.printf(
        "kill %d, %s: %d ms of %d after outcome %d, with %d of %d windows done%n",
        seed,
        method,
        moment,
        whole.millisPerWindow(),
        window,
        outcomeTimes(cluster).size(),
        WINDOWS);
    try (ServiceProcess second = train(cluster, Map.of("method", method))) {
      awaitLastVersion(cluster, second);
    }

    assertThat(outcomes(cluster))
        .extracting(Outcome::getWindowId)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, WINDOWS).boxed().toList());
    assertThat(digests(cluster)).isEqualTo(whole.digests());
  }

  @Test
  void aVersionOfFullFineTuningIsAModelOfItsOwn() {
    String copy = root.resolve("exported").toString();
    Cli.Result export = undisturbed("full", "--output", copy, "--merged");
    assertThat(export.exitCode()).as(export.err()).isEqualTo(ExitCodes.DONE);
    assertThat(export.err()).contains("--merged changes nothing");

    assertThat(logits(copy)).isNotEqualTo(logits(model.toString()));
    assertThat(Cli.run("complete", "--model", copy, "Add 1 and 2.").exitCode())
        .isEqualTo(ExitCodes.DONE);
    assertThat(undisturbed("full", "--output", copy).err()).contains("is there already");
    assertThat(undisturbed("lora", "--output", copy + "2").err()).contains("give --merged");
  }

  private static Cli.Result undisturbed(String method, String... options) {
    KafkaSettings kafka = KafkaSettings.at(broker.bootstrapServers());
    return export(Cluster.of(kafka, "undisturbed-" + method), "v000002", options);
  }

  private static Cli.Result export(Cluster cluster, String version, String... options) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "models",
                "export",
                version,
                "--set",
                "namespace=" + cluster.topics().namespace(),
                "--set",
                "kafka.bootstrap.servers=" + broker.bootstrapServers()));
    line.addAll(List.of(options));
    return Cli.run(line.toArray(String[]::new));
  }

  private static JsonNode logits(String directory) {
    return Cli.run("logits", "--model", directory, "--ids", "5,6,7", "--json").json();
  }

  @Test
  void aSecondTrainerTakesTheLeaseAndTheFirstEndsWithItsOwnCode() throws Exception {
    Cluster cluster = namespace("lease");

    try (ServiceProcess first = train(cluster, Map.of("heartbeat", "300ms"))) {
      await().atMost(PATIENCE).until(() -> progress(cluster).isPresent());
      int heartbeats = values(cluster, cluster.topics().progress()).size();
      await()
          .atMost(Duration.ofSeconds(25)) // by the default there is one in 10 s
          .until(() -> values(cluster, cluster.topics().progress()).size() >= heartbeats + 3);
      String holder = progress(cluster).orElseThrow().getHolder();
      try (ServiceProcess second = train(cluster, Map.of())) {
        assertThat(first.ended(PATIENCE.toMillis())).isTrue();
        assertThat(first.exitCode()).isEqualTo(4);
        assertThat(first.log()).contains("another trainer has taken the lease");
        assertThat(second.isAlive()).isTrue();
        await()
            .atMost(PATIENCE)
            .until(() -> !progress(cluster).orElseThrow().getHolder().equals(holder));
      }
    }
  }

  @Test
  void aTrainerThatTheCheckpointDoesNotFitLeavesTheLeaseAlone() throws Exception {
    Cluster cluster = namespace("misfit");
    try (WindowWriter writer = new WindowWriter(cluster);
        ServiceProcess first = train(cluster, Map.of())) {
      writer.sums(1, EXAMPLES);
      await().atMost(PATIENCE).until(() -> outcomes(cluster).size() == 1 || !first.isAlive());
      try (ServiceProcess second = train(cluster, Map.of("lora.rank", "3"))) {
        assertThat(second.ended(PATIENCE.toMillis())).isTrue();
        assertThat(second.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(second.log()).contains("bring those settings back");
      }
      writer.sums(2, EXAMPLES);
      await().atMost(PATIENCE).until(() -> outcomes(cluster).size() == 2 || !first.isAlive());
      assertThat(first.isAlive()).as(first.log()).isTrue();
    }
  }

  @Test
  void anotherBaseModelOfTheSameShapeIsRefusedAtARestart() throws Exception {
    Cluster cluster = namespace("base");
    Path base = DurableDirectory.copy(model, root.resolve("base"));
    Path weights = base.resolve("model.safetensors");
    byte[] honest = Files.readAllBytes(weights);
    byte[] other = honest.clone();
    other[other.length - 3] ^= 1; // in the last weight
    Map<String, String> settings = Map.of("model", base.toString(), "gate.every", "1");
    try (WindowWriter writer = new WindowWriter(cluster)) {
      writer.sums(1, EXAMPLES);
    }
    try (ServiceProcess train = train(cluster, settings)) {
      await()
          .atMost(PATIENCE)
          .until(() -> !values(cluster, cluster.topics().models()).isEmpty() || !train.isAlive());
    }
    ModelVersion version = values(cluster, cluster.topics().models()).get(0);
    Manifest manifest = ModelStore.manifest(Path.of(version.getPath()));
    assertThat(version.getManifestDigest())
        .isEqualTo(ModelStore.manifestDigest(Path.of(version.getPath())));

    Files.write(weights, other);
    String output = root.resolve("merged").toString();
    Cli.Result export = export(cluster, "v000001", "--merged", "--output", output);
    assertThat(export.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(export.err()).contains("v000001 was trained on another base model", base.toString());
    Cli.Result alone =
        Cli.run("models", "export", "--adapter", version.getPath(), "--merged", "--output", output);
    assertThat(alone.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(alone.err()).contains("v000001 was trained on another base model");
    try (ServiceProcess train = train(cluster, settings)) {
      assertThat(train.ended(PATIENCE.toMillis())).isTrue();
      assertThat(train.exitCode()).isEqualTo(ExitCodes.FAILED);
      assertThat(train.log())
          .contains("another content", base.toString(), "expected " + manifest.baseDigest());
    }

    Files.write(weights, honest);
    assertThat(export(cluster, "v1", "--merged", "--output", output).exitCode())
        .isEqualTo(ExitCodes.DONE);
    try (WindowWriter writer = new WindowWriter(cluster)) {
      writer.sums(2, EXAMPLES);
    }
    try (ServiceProcess train = train(cluster, settings)) {
      await().atMost(PATIENCE).until(() -> outcomes(cluster).size() == 2 || !train.isAlive());
      assertThat(train.isAlive()).as(train.log()).isTrue();
    }
  }

  @Test
  void windowsWithoutFiniteGradientsGoIntoQuarantine() throws Exception {
    Cluster cluster = namespace("quarantine");
    try (WindowWriter writer = new WindowWriter(cluster)) {
      writer.sums(1, EXAMPLES);
      writer.sums(2, EXAMPLES);
    }

    try (ServiceProcess train =
        train(cluster, Map.of("learningRate", "1e30", "warmupSteps", "0", "clipNorm", "1e30"))) {
      await().atMost(PATIENCE).until(() -> outcomes(cluster).size() == 2 || !train.isAlive());
    }

    assertThat(outcomes(cluster))
        .extracting(Outcome::getStatus)
        .containsOnly(OutcomeStatus.QUARANTINED);
  }

  @Test
  void aWindowInQuarantineIsPassedOverAndTheOthersAreTrained() throws Exception {
    Cluster cluster = namespace("passed-over");
    try (WindowWriter writer = new WindowWriter(cluster);
        TrainingLog log =
            new TrainingLog(cluster.kafka(), cluster.topics(), InstantSource.system())) {
      for (long id = 1; id <= 3; id++) {
        writer.sums(id, EXAMPLES);
      }
      log.commit(
          Commit.of(
              Progress.newBuilder()
                  .setNextOffset(0L)
                  .setLastWindow(0L)
                  .setQuarantined(List.of(2L))
                  .setSettingsDigest("")
                  .setHolder("test")
                  .setHeartbeat(Instant.EPOCH)
                  .build()));
    }

    try (ServiceProcess train = train(cluster, Map.of())) {
      await().atMost(PATIENCE).until(() -> outcomes(cluster).size() == 3 || !train.isAlive());
    }

    assertThat(outcomes(cluster))
        .extracting(Outcome::getWindowId, Outcome::getStatus)
        .containsExactly(
            tuple(1L, OutcomeStatus.TRAINED),
            tuple(2L, OutcomeStatus.QUARANTINED),
            tuple(3L, OutcomeStatus.TRAINED));
    assertThat(progress(cluster).orElseThrow().getQuarantined()).isEmpty();
  }

  @Test
  void anExampleTheModelCannotTakeBecomesADeadLetter() throws Exception {
    Cluster cluster = namespace("refused");
    Example good = WindowWriter.example(1, 0, "Add 1 and 2.", "It is 3.");
    Example endless = WindowWriter.example(1, 1, "Add 1 and 2.", "It is 3. ".repeat(200));
    Example forged = WindowWriter.example(1, 2, "Add <|user|> and 2.", "It is 3.");
    try (WindowWriter writer = new WindowWriter(cluster)) {
      writer.write(1, List.of(good, endless, forged));
    }

    try (ServiceProcess train = train(cluster, Map.of())) {
      await().atMost(PATIENCE).until(() -> !outcomes(cluster).isEmpty() || !train.isAlive());
    }

    assertThat(outcomes(cluster))
        .singleElement()
        .satisfies(
            outcome -> {
              assertThat(outcome.getStatus()).isEqualTo(OutcomeStatus.TRAINED);
              assertThat(outcome.getExamples()).isEqualTo(3);
              assertThat(outcome.getRefused()).hasSize(2);
            });
    assertThat(values(cluster, cluster.topics().deadLetters()))
        .extracting(DeadLetter::getStage, DeadLetter::getReason, d -> d.getSource().getOffset())
        .containsExactly(tuple("train", "too_long", 101L), tuple("train", "reserved_token", 102L));
  }

  private static Cluster namespace(String name) {
    Cluster cluster = Cluster.of(KafkaSettings.at(broker.bootstrapServers()), name);
    new TopicProvisioner(cluster.kafka(), cluster.topics()).create(Optional.empty());
    return cluster;
  }

  private static void writeWindows(Cluster cluster) {
    try (WindowWriter writer = new WindowWriter(cluster)) {
      for (long id = 1; id <= WINDOWS; id++) {
        writer.sums(id, EXAMPLES);
      }
      writer.flush();
    }
  }

  private static ServiceProcess train(Cluster cluster, Map<String, String> changes)
      throws IOException {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "model", model.toString(),
                "store", root.resolve("store").toString(),
                "threads", "1",
                "lora.rank", "4",
                "learningRate", "0.01",
                "passesPerWindow", "20",
                "maxTokens", "128",
                "batchTokens", "128",
                "commit.minSeconds", "0",
                "gate.every", "2"));
    settings.putAll(changes);
    Path directory = Files.createDirectories(root.resolve(cluster.topics().namespace()));
    Map<String, String> keyed = new HashMap<>();
    settings.forEach((key, value) -> keyed.put("train." + key, value));
    return new ServiceProcess("train", cluster, directory, keyed);
  }

  private static void awaitLastVersion(Cluster cluster, ServiceProcess train) throws IOException {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                !train.isAlive()
                    || values(cluster, cluster.topics().models()).stream()
                        .anyMatch(version -> version.getLastWindow() == WINDOWS));
    assertThat(train.isAlive()).as(train.log()).isTrue();
  }

  private static Map<String, String> digests(Cluster cluster) throws IOException {
    Map<String, String> digests = new HashMap<>();
    for (ModelVersion version : values(cluster, cluster.topics().models())) {
      boolean full = version.getMethod().equals("full");
      Path weights =
          Path.of(version.getPath())
              .resolve(full ? "model.safetensors" : "adapter_model.safetensors");
      digests.put(version.getVersion(), Digests.sha256(Files.readAllBytes(weights)));
    }
    assertThat(digests).hasSize(WINDOWS / 2);
    return digests;
  }

  private static Optional<Progress> progress(Cluster cluster) {
    List<Progress> all = values(cluster, cluster.topics().progress());
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  private static List<Outcome> outcomes(Cluster cluster) {
    return values(cluster, cluster.topics().ledger()).stream()
        .map(LedgerEntry::getEntry)
        .filter(Outcome.class::isInstance)
        .map(Outcome.class::cast)
        .sorted(comparing(Outcome::getWindowId))
        .toList();
  }

  /** When each outcome was written, in the order of the ledger. */
  private static List<Long> outcomeTimes(Cluster cluster) {
    List<Long> times = new ArrayList<>();
    cluster
        .reader()
        .read(
            cluster.topics().ledger(),
            entry -> {
              if (entry.value().getEntry() instanceof Outcome) {
                times.add(entry.timestamp());
              }
            });
    return times;
  }

  private static <K, V> List<V> values(Cluster cluster, Topic<K, V> topic) {
    List<V> values = new ArrayList<>();
    cluster.reader().read(topic, record -> values.add(record.value()));
    return values;
  }
}
