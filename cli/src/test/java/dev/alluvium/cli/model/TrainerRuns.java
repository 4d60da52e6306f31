package dev.alluvium.cli.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.alluvium.cli.broker.EmbeddedBroker;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.cli.testing.SmallModel;
import dev.alluvium.schemas.avro.Answer;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.TopicProvisioner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Trainers as processes on a broker of their own, with one store and small windows: a static field
 * of a test class, for all of its tests.
 */
final class TrainerRuns implements BeforeAllCallback, AfterAllCallback {
  private static final int EXAMPLES = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(180);

  private Path root;
  private EmbeddedBroker broker;
  private Path model;

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    root = Files.createTempDirectory("trainer-runs");
    broker = EmbeddedBroker.start(root.resolve("broker"), 0);
    model = SmallModel.create(root.resolve("model"));
  }

  /** Where broker, model and store are, and tests may put what they need. */
  Path directory() {
    return root;
  }

  /** A namespace with its topics. */
  Cluster namespace(String name) {
    Cluster cluster = Cluster.of(KafkaSettings.at(broker.bootstrapServers()), name);
    new TopicProvisioner(cluster.kafka(), cluster.topics()).create(Optional.empty());
    return cluster;
  }

  /** The broker goes and comes back at the same address with the same data. */
  void restartBroker() {
    String address = broker.bootstrapServers();
    broker.close();
    int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
    broker = EmbeddedBroker.start(root.resolve("broker"), port);
  }

  /** Windows of sums, from one to another. */
  static void write(Cluster cluster, long first, long last) {
    try (WindowWriter writer = new WindowWriter(cluster)) {
      for (long id = first; id <= last; id++) {
        writer.sums(id, EXAMPLES);
      }
    }
  }

  /** A trainer whose versions are always promoted, with some settings changed. */
  ServiceProcess train(Cluster cluster, Map<String, String> changes) throws IOException {
    return train(cluster, List.of(), changes);
  }

  /** The same, with options of the command. */
  ServiceProcess train(Cluster cluster, List<String> options, Map<String, String> changes)
      throws IOException {
    Path directory = Files.createDirectories(root.resolve(cluster.topics().namespace()));
    return new ServiceProcess("train", options, cluster, directory, settings(changes));
  }

  /** The settings of such a trainer. */
  Map<String, String> settings(Map<String, String> changes) {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "model", model.toString(),
                "store", root.resolve("store").toString(),
                "threads", "1",
                "lora.rank", "4",
                "learningRate", "0.01",
                "maxTokens", "128",
                "batchTokens", "128",
                "commit.minSeconds", "0",
                "gate.every", "2",
                "gate.leastProbes", "2"));
    settings.put("gate.perplexityBudget", "1000");
    settings.put("gate.cumulativeBudget", "1000");
    settings.putAll(changes);
    Map<String, String> keyed = new HashMap<>();
    settings.forEach((key, value) -> keyed.put("train." + key, value));
    return keyed;
  }

  /** Trains up to a window and ends, all of it committed. */
  String trainTo(Cluster cluster, long window, Map<String, String> changes) throws Exception {
    try (ServiceProcess train = train(cluster, changes)) {
      until(train, () -> progress(cluster).filter(p -> p.getLastWindow() == window).isPresent());
      train.stop();
      assertThat(train.ended(PATIENCE.toMillis())).as(train.log()).isTrue();
      return train.log();
    }
  }

  /** Deletes the records of a topic before an offset, as retention does. */
  static void deleteBefore(Cluster cluster, Topic<?, ?> topic, long offset) throws Exception {
    try (Admin admin = Admin.create(cluster.kafka().admin())) {
      admin
          .deleteRecords(
              Map.of(new TopicPartition(topic.name(), 0), RecordsToDelete.beforeOffset(offset)))
          .all()
          .get();
    }
  }

  /** What {@code alluvium verify} says. */
  Cli.Result verify(Cluster cluster, String... options) {
    return alluvium(
        cluster,
        Stream.concat(
                Stream.of("verify", "--set", "train.store=" + root.resolve("store")),
                Stream.of(options))
            .toArray(String[]::new));
  }

  /** Runs {@code alluvium LINE} on a namespace. */
  static Cli.Result alluvium(Cluster cluster, String... line) {
    return Cli.run(
        Stream.concat(
                Stream.of(line),
                Stream.of(
                    "--set",
                    "namespace=" + cluster.topics().namespace(),
                    "--set",
                    "kafka.bootstrap.servers=" + cluster.kafka().bootstrapServers()))
            .toArray(String[]::new));
  }

  /** Waits, as long as the process lives. */
  static void until(ServiceProcess train, BooleanSupplier condition) throws IOException {
    await().atMost(PATIENCE).until(() -> condition.getAsBoolean() || !train.isAlive());
    assertThat(train.isAlive()).as(train.log()).isTrue();
  }

  /** The answer to an order. */
  static Answer answer(Cluster cluster, ServiceProcess train, String requestId) throws IOException {
    Supplier<Optional<Answer>> given =
        () ->
            values(cluster, cluster.topics().reports()).stream()
                .map(Report::getBody)
                .filter(Answer.class::isInstance)
                .map(Answer.class::cast)
                .filter(answer -> answer.getRequestId().equals(requestId))
                .findFirst();
    until(train, () -> given.get().isPresent());
    return given.get().orElseThrow();
  }

  static Optional<Progress> progress(Cluster cluster) {
    return cluster.reader().newest(cluster.topics().progress());
  }

  /** Name of the checkpoint that the log names. */
  static String checkpoint(Cluster cluster) {
    return Objects.requireNonNull(progress(cluster).orElseThrow().getCheckpoint());
  }

  /** Every outcome ever written, such as {@code 2=TRAINED}, in the order of the ledger. */
  static List<String> outcomes(Cluster cluster) {
    return values(cluster, cluster.topics().ledger()).stream()
        .filter(entry -> entry.getEntry() instanceof Outcome)
        .map(entry -> (Outcome) entry.getEntry())
        .map(outcome -> outcome.getWindowId() + "=" + outcome.getStatus())
        .toList();
  }

  /** Every record of a version ever written, such as {@code v000001 PROMOTED}. */
  static List<String> versions(Cluster cluster) {
    return values(cluster, cluster.topics().models()).stream()
        .map(version -> version.getVersion() + " " + version.getStatus())
        .toList();
  }

  /** Digests of all versions' weights. */
  static List<String> digests(Cluster cluster) {
    return values(cluster, cluster.topics().models()).stream()
        .map(ModelVersion::getDigest)
        .toList();
  }

  static <K, V> List<V> values(Cluster cluster, Topic<K, V> topic) {
    List<V> values = new ArrayList<>();
    cluster.reader().read(topic, record -> values.add(record.value()));
    return values;
  }

  /** A folder of the store: checkpoints or versions. */
  Path folder(Cluster cluster, String name) {
    return root.resolve("store").resolve(cluster.topics().id("train")).resolve(name);
  }

  /** Names in a folder of the store, sorted. */
  List<String> names(Cluster cluster, String folder) throws IOException {
    try (Stream<Path> children = Files.list(folder(cluster, folder))) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    broker.close();
    Utils.delete(root.toFile());
  }
}
