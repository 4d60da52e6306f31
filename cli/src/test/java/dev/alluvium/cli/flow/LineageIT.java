package dev.alluvium.cli.flow;

import static dev.alluvium.cli.testing.Cli.utf8;
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
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.TopicProvisioner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pairs go through streams and train; then each is asked what became of it, both ways. */
class LineageIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String TOO_LONG = "first-long";
  private static final String INVALID = "first-invalid";

  @TempDir private Path directory;

  private final Cluster cluster =
      Cluster.of(KafkaSettings.at(SharedBroker.bootstrapServers()), "lineage");

  @Test
  void everyPairTellsWhatBecameOfIt() throws Exception {
    new TopicProvisioner(cluster.kafka(), cluster.topics()).create(Optional.empty());
    Path model = SmallModel.create(directory.resolve("model"));
    try (ServiceProcess streams =
            new ServiceProcess("streams", cluster, directory, streamsSettings());
        ServiceProcess train =
            new ServiceProcess("train", cluster, directory, trainSettings(model))) {
      sendInvalid();
      cycle("first", 0, 80, List.of(line(TOO_LONG, "say all.", "and so on ".repeat(200))));
      awaitVersions(train, 1);
      cycle("second", 80, 48, List.of());
      awaitVersions(train, 2);

      aTrainedPairAndItsVersionsAgree();
      aReplayedPairIsInBothVersions();
      aHeldOutPairIsMeasured();
      rejectedPairsAreDeadLetters();
      anUnknownPairIsSaidToBe();
      aVersionThatIsLeftBehindIsMarked();
      assertThat(streams.isAlive()).as(streams.log()).isTrue();
    }
  }

  private void aTrainedPairAndItsVersionsAgree() {
    JsonNode version = run("models", "show", "v1", "--pairs", "--json").json();
    List<String> pairs = texts(version.get("pairs"));
    assertThat(pairs).doesNotHaveDuplicates().allMatch(id -> id.startsWith("first-"));
    assertThat(pairs).hasSizeGreaterThan(40).doesNotContain(TOO_LONG, INVALID);
    assertThat(version.at("/contents/examples").asLong())
        .isEqualTo(pairs.size() + version.at("/contents/replayed").asLong());
    assertThat(version.at("/contents/skills/math/origins/GOLD").asLong())
        .isEqualTo(version.at("/contents/examples").asLong());

    String pair = pairs.get(0);
    JsonNode lineage = run("lineage", pair, "--json").json();
    assertThat(lineage.get("pair").asText()).isEqualTo(pair);
    assertThat(lineage.get("editions")).hasSize(1);
    JsonNode edition = lineage.at("/editions/0");
    assertThat(edition.get("arrived").asText()).startsWith("lineage.pairs.v1-");
    assertThat(edition.get("reason").asText()).isEqualTo("s3ft_off");
    assertThat(lineage.at("/windows/0/outcome").asText()).isEqualTo("TRAINED");
    assertThat(lineage.at("/windows/0/arrived")).isEqualTo(edition.get("arrived"));
    assertThat(lineage.at("/versions/0/version").asText()).isEqualTo("v000001");
    assertThat(windows(version))
        .containsAll(longs(lineage.at("/versions/0/windows")))
        .contains(lineage.at("/windows/0/window").asLong());
    assertThat(lineage.toString()).as("no text").doesNotContain("say word", "It is word");

    Cli.Result shown = run("lineage", pair, "--text");
    assertThat(shown.out()).isEmpty();
    assertThat(shown.err()).contains("instruction: say word", "gold: It is word", "TRAINED");
    assertThat(run("lineage", pair).err()).doesNotContain("say word", "It is word");
    assertThat(run("models", "show", "v1", "--pairs").out().lines())
        .as("a line each for people")
        .containsExactlyElementsOf(pairs);
  }

  private void aReplayedPairIsInBothVersions() {
    JsonNode second = run("models", "show", "v2", "--pairs", "--json").json();
    List<Long> windows = windows(second);
    assertThat(second.at("/contents/replayed").asLong()).isPositive();
    Example again =
        example(
            e ->
                windows.contains(e.getWindowId())
                    && e.getReplayOf() != null
                    && !windows.contains(e.getReplayOf()));
    assertThat(texts(second.get("pairs"))).contains(again.getPairId());

    JsonNode lineage = run("lineage", again.getPairId(), "--json").json();
    assertThat(lineage.get("windows"))
        .extracting(w -> w.get("replay_of").asLong())
        .contains(again.getReplayOf());
    JsonNode last = lineage.get("versions").get(1);
    assertThat(last.get("version").asText()).isEqualTo("v000002");
    assertThat(longs(last.get("windows"))).contains(again.getReplayOf(), again.getWindowId());

    Example onlySecond = example(e -> e.getPairId().startsWith("second-"));
    assertThat(run("lineage", onlySecond.getPairId(), "--json").json().get("versions"))
        .extracting(v -> v.get("version").asText())
        .containsExactly("v000002");
  }

  private void aHeldOutPairIsMeasured() {
    List<Probe> probes = new ArrayList<>();
    cluster
        .reader()
        .read(
            cluster.topics().ledger(),
            record -> {
              if (record.value().getEntry() instanceof Probe probe) {
                probes.add(probe);
              }
            });
    JsonNode lineage = run("lineage", probes.get(0).getPairId(), "--json").json();
    assertThat(lineage.at("/editions/0/kind").asText()).isEqualTo("PROBE");
    assertThat(texts(lineage.at("/editions/0/measured"))).contains("v000001");
    assertThat(lineage.get("windows")).isEmpty();
    assertThat(lineage.get("versions")).isEmpty();
    assertThat(texts(run("models", "show", "v1", "--pairs", "--json").json().get("pairs")))
        .doesNotContain(probes.get(0).getPairId());
  }

  private void rejectedPairsAreDeadLetters() {
    JsonNode invalid = run("lineage", INVALID, "--json").json();
    assertThat(invalid.get("editions")).isEmpty();
    assertThat(invalid.get("dead_letters")).hasSize(1);
    assertThat(invalid.at("/dead_letters/0/stage").asText()).isEqualTo("validate");

    JsonNode tooLong = run("lineage", TOO_LONG, "--json").json();
    assertThat(tooLong.at("/dead_letters/0/stage").asText()).isEqualTo("train");
    assertThat(tooLong.at("/dead_letters/0/source")).isEqualTo(tooLong.at("/editions/0/arrived"));
    assertThat(tooLong.at("/windows/0/outcome").asText()).isEqualTo("REFUSED");
    assertThat(tooLong.get("versions")).isEmpty();
  }

  private void anUnknownPairIsSaidToBe() {
    Cli.Result unknown = run("lineage", "nobody", "--json");
    assertThat(unknown.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(unknown.out()).isEmpty();
    assertThat(unknown.err())
        .contains("nobody", "lineage.ledger.v1-0@0", "lineage.training.windows.v1-0@0");
  }

  private void aVersionThatIsLeftBehindIsMarked() {
    Example onlySecond = example(e -> e.getPairId().startsWith("second-"));
    Cli.Result rollback = run("models", "rollback", "v1", "--json");
    assertThat(rollback.json().get("accepted").asBoolean()).isTrue();
    assertThat(rollback.err()).contains("waiting 120 s at most for the trainer's answer");

    JsonNode lineage = run("lineage", onlySecond.getPairId(), "--json").json();
    assertThat(lineage.at("/windows/0/outcome").asText()).isEqualTo("QUARANTINED");
    assertThat(lineage.at("/versions/0/status").asText()).isEqualTo("ROLLED_BACK");
    assertThat(lineage.at("/versions/0/serving").asBoolean()).isFalse();
    assertThat(texts(run("models", "show", "v2", "--pairs", "--json").json().get("pairs")))
        .contains(onlySecond.getPairId());
  }

  /** Not through produce, which would refuse it. */
  private void sendInvalid() throws Exception {
    Topic<byte[], byte[]> pairs = cluster.topics().pairs();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            cluster.kafka().producer(), pairs.keys().serializer(), pairs.values().serializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  pairs.name(), utf8("any"), utf8(line(INVALID, "say nothing.", " "))))
          .get();
    }
  }

  /** Streams pairs and ends the cycle after them. */
  private void cycle(String name, int first, int pairs, List<String> more) throws Exception {
    List<String> lines = new ArrayList<>(more);
    for (int i = first; i < first + pairs; i++) {
      // A word for each pair: numbers would put them all into one group of the hold-out.
      String word = "word" + (char) ('a' + i / 16) + (char) ('a' + i % 16);
      lines.add(line(name + "-" + word, "say " + word + ".", "It is " + word + "."));
    }
    Path file = Files.write(directory.resolve(name + ".jsonl"), lines);
    long before = counted();
    assertThat(run("produce", file.toString()).exitCode()).isZero();
    await().atMost(PATIENCE).until(() -> counted() == before + lines.size());
    LedgerWriter.write(cluster, "command", new Command(name, CommandKind.FLUSH, null), "the flush");
  }

  private static String line(String id, String instruction, String response) {
    return "{\"id\":\"%s\",\"skill\":\"math\",\"instruction\":\"%s\",\"response\":\"%s\"}"
        .formatted(id, instruction, response);
  }

  private long counted() {
    return ReportTail.last(cluster, MixReport.class)
        .map(
            mix ->
                mix.getHeldOut()
                    + mix.getCandidates().values().stream().mapToLong(Long::longValue).sum())
        .orElse(0L);
  }

  private void awaitVersions(ServiceProcess train, int count) throws Exception {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                run("models", "list", "--json").json().get("versions").size() == count
                    || !train.isAlive());
    assertThat(train.isAlive()).as(train.log()).isTrue();
  }

  private Example example(Predicate<Example> wanted) {
    List<Example> found = new ArrayList<>();
    cluster
        .reader()
        .read(
            cluster.topics().windows(),
            record -> {
              if (record.value().getRecord() instanceof Example example && wanted.test(example)) {
                found.add(example);
              }
            });
    assertThat(found).isNotEmpty();
    return found.get(0);
  }

  private static List<Long> windows(JsonNode version) {
    return StreamSupport.stream(version.at("/contents/windows").spliterator(), false)
        .map(window -> window.get("window").asLong())
        .toList();
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static List<Long> longs(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asLong).toList();
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
    settings.put("mix.windowExamples", "24");
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
