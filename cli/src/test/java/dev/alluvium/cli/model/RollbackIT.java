package dev.alluvium.cli.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.alluvium.cli.broker.EmbeddedBroker;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.cli.testing.SmallModel;
import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.Answer;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.TopicProvisioner;
import dev.alluvium.trainer.release.VersionFollower;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A trainer on a real broker is fed poison, goes back by itself, and goes back when asked to.
 * {@code -Dkills=20} runs more kills than a build has patience for.
 */
class RollbackIT {
  private static final int EXAMPLES = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(180);

  @TempDir private static Path root;
  private static EmbeddedBroker broker;
  private static Path model;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(root.resolve("broker"), 0);
    model = SmallModel.create(root.resolve("model"));
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void poisonIsLeftBehindAndTheNextGoodCycleIsPromoted() throws Exception {
    Cluster cluster = namespace("poison");
    try (WindowWriter writer = new WindowWriter(cluster);
        ServiceProcess train = train(cluster);
        VersionFollower follower = new VersionFollower(cluster.kafka(), cluster.topics())) {
      writer.sums(1, EXAMPLES);
      writer.sums(2, EXAMPLES);
      awaitVersions(cluster, train, "v000001 PROMOTED");
      String promoted = stateDigest(cluster, train);

      writer.write(3, poison(3));
      writer.write(4, poison(4));
      awaitVersions(cluster, train, "v000001 PROMOTED", "v000002 ROLLED_BACK");
      assertThat(stateDigest(cluster, train)).isEqualTo(promoted);
      assertThat(outcomes(cluster))
          .isEqualTo("{1=TRAINED, 2=TRAINED, 3=QUARANTINED, 4=QUARANTINED}");

      writer.sums(5, EXAMPLES);
      writer.sums(6, EXAMPLES);
      awaitVersions(cluster, train, "v000001 PROMOTED", "v000002 ROLLED_BACK", "v000003 PROMOTED");
      assertThat(versions(cluster).get("v000003").getParent()).isEqualTo("v000001");
      assertThat(versions(cluster).get("v000003").getFirstWindow()).isEqualTo(5);
      assertThat(follower.serving().orElseThrow().getVersion()).isEqualTo("v000003");

      writer.control("serve", CommandKind.SERVE, "v000001");
      assertThat(answer(cluster, train, "serve").getAccepted()).isTrue();
      assertThat(follower.serving().orElseThrow().getVersion()).isEqualTo("v000001");
      writer.control("serve-bad", CommandKind.SERVE, "v000002");
      assertThat(answer(cluster, train, "serve-bad").getReason()).isEqualTo("rolled_back");
      writer.control("serve-none", CommandKind.SERVE, "v000009");
      assertThat(answer(cluster, train, "serve-none").getReason()).isEqualTo("unknown_version");

      writer.control("back", CommandKind.ROLLBACK, "v000001");
      assertThat(answer(cluster, train, "back").getAccepted()).isTrue();
      assertThat(stateDigest(cluster, train)).isEqualTo(promoted);
      assertThat(outcomes(cluster)).endsWith("5=QUARANTINED, 6=QUARANTINED}");
      assertThat(versions(cluster).get("v000003").getReason()).contains("returned to window 4");
      writer.control("gone", CommandKind.ROLLBACK, "v000003");
      assertThat(answer(cluster, train, "gone").getDetail()).contains("there is v000001, base");
      writer.control("base", CommandKind.ROLLBACK, "base");
      assertThat(answer(cluster, train, "base").getAccepted()).isTrue();
      assertThat(stateDigest(cluster, train)).isNotEqualTo(promoted);
      assertThat(outcomes(cluster)).startsWith("{1=QUARANTINED, 2=QUARANTINED");
    }
    // Whoever takes over goes on from there, with a number that was never used.
    try (WindowWriter writer = new WindowWriter(cluster);
        ServiceProcess train = train(cluster)) {
      writer.sums(7, EXAMPLES);
      writer.sums(8, EXAMPLES);
      awaitVersions(
          cluster,
          train,
          "v000001 ROLLED_BACK",
          "v000002 ROLLED_BACK",
          "v000003 ROLLED_BACK",
          "v000004 PROMOTED");
      assertThat(versions(cluster).get("v000004").getParent()).isNull();
    }
  }

  /** Windows 5 and 6 were written while nobody knew: one replays poison, one quotes v000002. */
  @Test
  void whatWasWrittenAheadOfARollbackTeachesNothingOfIt() throws Exception {
    Cluster clean = namespace("ahead-clean");
    writeAll(clean);
    Cluster ahead = namespace("ahead");
    try (WindowWriter writer = new WindowWriter(ahead)) {
      writer.sums(1, EXAMPLES);
      writer.sums(2, EXAMPLES);
      writer.write(3, poison(3));
      writer.write(4, poison(4));
      List<Example> fifth = WindowWriter.additions(5, EXAMPLES);
      fifth.add(Example.newBuilder(poison(5).get(0)).setIndex(EXAMPLES).setReplayOf(3L).build());
      writer.write(5, fifth);
      List<Example> sixth = WindowWriter.additions(6, EXAMPLES);
      Example plain = WindowWriter.example(6, EXAMPLES, "Add 9 and 9.", "no no no");
      Target quoted =
          Target.newBuilder(plain.getTarget())
              .setOrigin(Origin.MODEL)
              .setModelVersion("v000002")
              .build();
      sixth.add(Example.newBuilder(plain).setTarget(quoted).build());
      writer.write(6, sixth);
    }
    String[] versions = {"v000001 PROMOTED", "v000002 ROLLED_BACK", "v000003 PROMOTED"};
    for (Cluster cluster : List.of(clean, ahead)) {
      try (ServiceProcess train = train(cluster)) {
        awaitVersions(cluster, train, versions);
      }
    }

    assertThat(digests(ahead)).isEqualTo(digests(clean));
    assertThat(values(ahead, ahead.topics().ledger()))
        .filteredOn(entry -> entry.getEntry() instanceof Outcome)
        .extracting(entry -> ((Outcome) entry.getEntry()).getRefused())
        .filteredOn(refused -> !refused.isEmpty())
        .containsExactly(List.of(EXAMPLES), List.of(EXAMPLES));
    assertThat(values(ahead, ahead.topics().deadLetters()))
        .extracting(DeadLetter::getReason, DeadLetter::getDetail)
        .containsExactly(
            tuple(
                "left_behind",
                "example of window 5: it replays window 3, which training left behind"),
            tuple(
                "left_behind",
                "example of window 6: its text is by v000002, which training left behind"));
  }

  static LongStream kills() {
    return LongStream.rangeClosed(1, Integer.getInteger("kills", 1));
  }

  /** Killed before, in or after the rollback: the same versions, weights and last words. */
  @ParameterizedTest
  @MethodSource("kills")
  void aKilledTrainerGoesBackAllTheSame(long seed) throws Exception {
    Cluster undisturbed = namespace("back-whole-" + seed);
    writeAll(undisturbed);
    long begin = System.nanoTime();
    try (ServiceProcess train = train(undisturbed)) {
      awaitVersions(
          undisturbed, train, "v000001 PROMOTED", "v000002 ROLLED_BACK", "v000003 PROMOTED");
    }
    long millis = Duration.ofNanos(System.nanoTime() - begin).toMillis();

    Cluster cluster = namespace("back-kill-" + seed);
    writeAll(cluster);
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    // What comes before the first window is the process's start: half of the time, about.
    long moment = millis / 2 + random.nextLong(millis / 2);
    try (ServiceProcess first = train(cluster)) {
      assertThat(first.ended(moment)).as(first.log()).isFalse();
      first.kill();
    }
    System.out.printf(
        "kill %d: after %d ms of %d, with outcomes %s and versions %s%n",
        seed, moment, millis, outcomes(cluster), versions(cluster).keySet());
    try (ServiceProcess second = train(cluster)) {
      awaitVersions(cluster, second, "v000001 PROMOTED", "v000002 ROLLED_BACK", "v000003 PROMOTED");
    }
    assertThat(digests(cluster)).isEqualTo(digests(undisturbed));
    assertThat(outcomes(cluster)).isEqualTo(outcomes(undisturbed));
  }

  private static void writeAll(Cluster cluster) {
    try (WindowWriter writer = new WindowWriter(cluster)) {
      writer.sums(1, EXAMPLES);
      writer.sums(2, EXAMPLES);
      writer.write(3, poison(3));
      writer.write(4, poison(4));
      writer.sums(5, EXAMPLES);
      writer.sums(6, EXAMPLES);
    }
  }

  private static Map<String, String> digests(Cluster cluster) {
    Map<String, String> digests = new TreeMap<>();
    versions(cluster).forEach((name, version) -> digests.put(name, version.getDigest()));
    return digests;
  }

  private static List<Example> poison(long window) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < EXAMPLES; i++) {
      examples.add(
          WindowWriter.example(
              window, i, "Add %d and %d.".formatted(50 + i, i), "no no no no no no"));
    }
    return examples;
  }

  private static Cluster namespace(String name) {
    Cluster cluster = Cluster.of(KafkaSettings.at(broker.bootstrapServers()), name);
    new TopicProvisioner(cluster.kafka(), cluster.topics()).create(Optional.empty());
    return cluster;
  }

  private static ServiceProcess train(Cluster cluster) throws IOException {
    Path directory = Files.createDirectories(root.resolve(cluster.topics().namespace()));
    Map<String, String> settings = new HashMap<>();
    settings.put("train.model", model.toString());
    settings.put("train.store", root.resolve("store").toString());
    settings.put("train.lora.rank", "4");
    settings.put("train.learningRate", "0.003");
    settings.put("train.passesPerWindow", "20");
    settings.put("train.maxTokens", "128");
    settings.put("train.batchTokens", "128");
    // Held to a base of random weights, good windows would teach hardly more than noise.
    settings.put("train.kl.weight", "0");
    settings.put("train.commit.minSeconds", "0");
    settings.put("train.gate.every", "2");
    settings.put("train.gate.leastProbes", "2");
    // Poison is far above it and good windows are far below, whatever processor calculates.
    settings.put("train.gate.perplexityBudget", "0.25");
    return new ServiceProcess("train", cluster, directory, settings);
  }

  private static void awaitVersions(Cluster cluster, ServiceProcess train, String... wanted)
      throws IOException {
    Supplier<List<String>> seen =
        () ->
            versions(cluster).values().stream()
                .map(version -> version.getVersion() + " " + version.getStatus())
                .toList();
    await().atMost(PATIENCE).until(() -> seen.get().size() >= wanted.length || !train.isAlive());
    assertThat(seen.get()).as(train.log()).containsExactly(wanted);
  }

  private static Answer answer(Cluster cluster, ServiceProcess train, String requestId) {
    Supplier<Optional<Answer>> given =
        () ->
            values(cluster, cluster.topics().reports()).stream()
                .map(Report::getBody)
                .filter(Answer.class::isInstance)
                .map(Answer.class::cast)
                .filter(answer -> answer.getRequestId().equals(requestId))
                .findFirst();
    await().atMost(PATIENCE).until(() -> given.get().isPresent() || !train.isAlive());
    return given.get().orElseThrow();
  }

  /** Of weights, moments and step of the state that training goes on from. */
  private static String stateDigest(Cluster cluster, ServiceProcess train) throws IOException {
    assertThat(train.isAlive()).as(train.log()).isTrue();
    List<String> checkpoints =
        values(cluster, cluster.topics().progress()).stream()
            .map(progress -> String.valueOf(progress.getCheckpoint()))
            .toList();
    Path state =
        root.resolve("store")
            .resolve(cluster.topics().id("train"))
            .resolve("checkpoints")
            .resolve(checkpoints.get(checkpoints.size() - 1))
            .resolve("state.safetensors");
    return Digests.sha256(Files.readAllBytes(state));
  }

  /** The last word on every window. */
  private static String outcomes(Cluster cluster) {
    SortedMap<Long, String> outcomes = new TreeMap<>();
    values(cluster, cluster.topics().ledger())
        .forEach(
            entry -> {
              if (entry.getEntry() instanceof Outcome outcome) {
                outcomes.put(outcome.getWindowId(), outcome.getStatus().name());
              }
            });
    return outcomes.toString();
  }

  private static SortedMap<String, ModelVersion> versions(Cluster cluster) {
    SortedMap<String, ModelVersion> versions = new TreeMap<>();
    values(cluster, cluster.topics().models())
        .forEach(version -> versions.put(version.getVersion(), version));
    return versions;
  }

  private static <K, V> List<V> values(Cluster cluster, Topic<K, V> topic) {
    List<V> values = new ArrayList<>();
    cluster.reader().read(topic, record -> values.add(record.value()));
    return values;
  }
}
