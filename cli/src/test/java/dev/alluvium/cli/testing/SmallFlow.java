package dev.alluvium.cli.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.LedgerWriter;
import dev.alluvium.cli.cluster.ReportTail;
import dev.alluvium.schemas.avro.Command;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.TopicProvisioner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A whole small namespace: {@code streams} and {@code train} as processes, and pairs for them. */
public final class SmallFlow implements AutoCloseable {
  /** Long enough for a cycle. */
  public static final Duration PATIENCE = Duration.ofSeconds(120);

  private static final Lesson RIGHT = new Lesson("math", "say %s.", "It is %s.");

  /** Said instead of an answer: the more often, the worse for what was learnt before. */
  private static final Lesson WRONG = new Lesson("math", "say %s.", "no no no no no");

  private static final Lesson POISON =
      new Lesson("math", "say %s.", "no no no no no no no no no no");

  private final Path directory;
  private final Cluster cluster;
  private final Path model;
  private final ServiceProcess streams;
  private final ServiceProcess train;
  private final Map<String, String> trainSettings;

  /**
   * What pairs of a skill say of a word.
   *
   * @param instruction with {@code %s} for the word
   * @param response with {@code %s} for the word, or not
   */
  public record Lesson(String skill, String instruction, String response) {
    /**
     * Lines for {@code produce}.
     *
     * @param name begins the pairs' ids
     * @param first number of the first one's word
     */
    public List<String> pairs(String name, int first, int pairs) {
      List<String> lines = new ArrayList<>();
      for (int i = first; i < first + pairs; i++) {
        // A word for each pair: numbers would put them all into one group of the hold-out.
        String word = "word" + (char) ('a' + i / 16) + (char) ('a' + i % 16);
        lines.add(
            "{\"id\":\"%s-%s\",\"skill\":\"%s\",\"instruction\":\"%s\",\"response\":\"%s\"}"
                .formatted(
                    name, word, skill, instruction.formatted(word), response.formatted(word)));
      }
      return lines;
    }
  }

  /** Starts both processes on the shared broker; all files go into the directory. */
  public SmallFlow(String namespace, Path directory) throws IOException {
    this(namespace, directory, Map.of());
  }

  /** The same with a trainer that has other settings too. */
  public SmallFlow(String namespace, Path directory, Map<String, String> trainer)
      throws IOException {
    this(
        Cluster.of(KafkaSettings.at(SharedBroker.bootstrapServers()), namespace),
        Optional.empty(),
        directory,
        trainer);
  }

  /**
   * The same on brokers of its own.
   *
   * @param replicas copies of every partition; the brokers' default if empty
   */
  public SmallFlow(
      Cluster cluster, Optional<Short> replicas, Path directory, Map<String, String> trainer)
      throws IOException {
    this.directory = directory;
    this.cluster = cluster;
    new TopicProvisioner(cluster.kafka(), cluster.topics()).create(replicas);
    model = SmallModel.create(directory.resolve("model"));
    Map<String, String> streamsSettings = streamsSettings(directory);
    replicas.ifPresent(n -> streamsSettings.put("streams.replicationFactor", n.toString()));
    streams = new ServiceProcess("streams", cluster, directory, streamsSettings);
    trainSettings = trainSettings(directory, model);
    trainSettings.putAll(trainer);
    train = new ServiceProcess("train", cluster, directory, trainSettings);
  }

  /** Where it is. */
  public Cluster cluster() {
    return cluster;
  }

  /** The base model's directory. */
  public Path model() {
    return model;
  }

  /** The stream processors. */
  public ServiceProcess streams() {
    return streams;
  }

  /** Good pairs, which are promoted. */
  public void good() throws Exception {
    cycle("good", RIGHT.pairs("good", 0, 120));
    awaitVersions("v000001 PROMOTED");
  }

  /** Poison, which is left behind. */
  public void bad() throws Exception {
    cycle("bad", POISON.pairs("bad", 120, 60));
    awaitVersions("v000001 PROMOTED", "v000002 ROLLED_BACK");
  }

  /** Good pairs again, which are promoted without hands. */
  public void late() throws Exception {
    cycle("late", RIGHT.pairs("late", 180, 60));
    awaitVersions("v000001 PROMOTED", "v000002 ROLLED_BACK", "v000003 PROMOTED");
  }

  /** Good pairs that nothing is waited for but that the mixer has them. */
  public void waiting(String name, int first, int pairs) throws Exception {
    produce(name, RIGHT.pairs(name, first, pairs));
  }

  /** Good pairs, and the end of a cycle, whatever the gate says of it. */
  public void more(String name, int first, int pairs) throws Exception {
    ended(name, RIGHT.pairs(name, first, pairs));
  }

  /** Poison, and the end of a cycle, whatever the gate says of it. */
  public void worse(String name, int first, int pairs) throws Exception {
    ended(name, WRONG.pairs(name, first, pairs));
  }

  private void ended(String name, List<String> lines) throws Exception {
    int versions = models().get("versions").size();
    cycle(name, lines);
    await()
        .atMost(PATIENCE)
        .until(() -> models().get("versions").size() > versions || !train.isAlive());
    assertThat(train.isAlive()).as(train.log()).isTrue();
  }

  /** Streams pairs and ends the cycle after them. */
  public void cycle(String name, List<String> lines) throws Exception {
    produce(name, lines);
    end(name);
  }

  /** Ends the cycle after what there is. */
  public void end(String name) {
    LedgerWriter.write(cluster, "command", new Command(name, CommandKind.FLUSH, null), "the flush");
  }

  private void produce(String name, List<String> lines) throws Exception {
    Path file = Files.write(directory.resolve(name + ".jsonl"), lines);
    long before = counted();
    assertThat(run("produce", file.toString()).exitCode()).isZero();
    await().atMost(PATIENCE).until(() -> counted() == before + lines.size());
  }

  private long counted() {
    return ReportTail.last(cluster, MixReport.class)
        .map(
            mix ->
                mix.getHeldOut()
                    + mix.getCandidates().values().stream().mapToLong(Long::longValue).sum())
        .orElse(0L);
  }

  /** The mixer's books as they stand. */
  public MixReport mix() {
    return ReportTail.last(cluster, MixReport.class).orElseThrow();
  }

  /** Waits until there are these versions with these statuses, and no others. */
  public void awaitVersions(String... wanted) throws Exception {
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

  /** What {@code models list} says. */
  public JsonNode models() {
    return run("models", "list", "--json").json();
  }

  /** Has the trainer carry out an order. */
  public JsonNode order(String verb, String version) {
    Cli.Result result = run("models", verb, version, "--json");
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result.json();
  }

  /** Has an order carried out by this process, as the trainer would. */
  public Cli.Result orderHere(String verb, String version, String... more) {
    List<String> line = new ArrayList<>(List.of("models", verb, version, "--here", "--json"));
    trainSettings.forEach((key, value) -> line.addAll(List.of("--set", key + "=" + value)));
    line.addAll(List.of(more));
    return run(line.toArray(String[]::new));
  }

  /** Stops the trainer. */
  public void stopTrainer() throws Exception {
    train.stop();
    assertThat(train.ended(PATIENCE.toMillis())).isTrue();
  }

  /** Runs {@code alluvium LINE} on the namespace. */
  public Cli.Result run(String... line) {
    List<String> all = new ArrayList<>(List.of(line));
    all.addAll(
        List.of(
            "--set",
            "namespace=" + cluster.topics().namespace(),
            "--set",
            "kafka.bootstrap.servers=" + cluster.kafka().bootstrapServers()));
    return Cli.run(all.toArray(String[]::new));
  }

  private static Map<String, String> streamsSettings(Path directory) {
    Map<String, String> settings = new HashMap<>();
    settings.put("streams.stateDir", directory.resolve("state").toString());
    settings.put("dashboard.enabled", "false");
    settings.put("curate.holdOut", "0.2");
    settings.put("s3ft.mode", "off");
    settings.put("mix.tick", "200ms");
    // Windows end when they are full or at a flush, however fast pairs come.
    settings.put("mix.windowTime", "1h");
    settings.put("mix.windowExamples", "32");
    // Nor does it matter when outcomes come: no window is made before the one before has its own.
    settings.put("mix.maxAhead", "1");
    settings.put("mix.replay.share", "0.3");
    // One clear version after a slip is enough for all to be clear.
    settings.put("mix.replay.mostBoost", "2");
    return settings;
  }

  private static Map<String, String> trainSettings(Path directory, Path model) {
    Map<String, String> settings = new HashMap<>();
    settings.put("train.model", model.toString());
    settings.put("train.store", directory.resolve("store").toString());
    settings.put("train.threads", "1");
    settings.put("train.lora.rank", "4");
    settings.put("train.learningRate", "0.005");
    settings.put("train.passesPerWindow", "12");
    settings.put("train.maxTokens", "128");
    settings.put("train.batchTokens", "256");
    settings.put("train.commit.minSeconds", "0");
    settings.put("train.gate.every", "1000");
    return settings;
  }

  /** Ends both processes at once. */
  @Override
  public void close() throws InterruptedException {
    train.close();
    streams.close();
  }
}
