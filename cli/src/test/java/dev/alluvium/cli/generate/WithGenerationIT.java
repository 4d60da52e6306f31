package dev.alluvium.cli.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.Ports;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.cli.testing.SharedBroker;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.TopicProvisioner;
import dev.alluvium.trainer.commit.TrainingLog;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code train --with-generation} on a real broker: what it answers it trains, and what ends it.
 */
class WithGenerationIT {
  private static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final Path MODEL = Path.of("../models/suite").toAbsolutePath();
  private static final int PAIRS = 20;

  @TempDir private Path directory;

  @Test
  void oneProcessAnswersTrainsAndAnswersByWhatItHasTrained() throws Exception {
    Cluster cluster = namespace("with-generation");
    int port = Ports.free();
    Path suite = directory.resolve("suite");
    String[] line = {
      "suite", "--output", suite.toString(), "--seed", "7", "--base", "1", "--held-out", "1"
    };
    assertThat(run(cluster, line, "--stream", Integer.toString(2 * PAIRS))).isZero();
    List<String> pairs = Files.readAllLines(suite.resolve("stream-stone.jsonl"));
    Path early = Files.write(directory.resolve("early.jsonl"), pairs.subList(0, PAIRS));
    Path late = Files.write(directory.resolve("late.jsonl"), pairs.subList(PAIRS, 2 * PAIRS));

    try (ServiceProcess streams =
            new ServiceProcess("streams", cluster, directory, streamsSettings());
        ServiceProcess both = train(cluster, Map.of("http.port", Integer.toString(port)))) {
      assertThat(run(cluster, new String[] {"produce", early.toString()})).isZero();
      awaitThat(() -> isTrained(cluster, PAIRS) && !promoted(cluster).isEmpty(), streams, both);
      assertThat(candidates(cluster))
          .filteredOn(c -> c.getTarget().getOrigin() == Origin.MODEL)
          .as("answered right by the base model")
          .isNotEmpty();

      Set<String> answered = ids(candidates(cluster));
      assertThat(answeredBy(candidates(cluster))).contains("base");

      assertThat(run(cluster, new String[] {"produce", late.toString()})).isZero();
      awaitThat(() -> isTrained(cluster, 2 * PAIRS), streams, both);
      List<Candidate> later =
          candidates(cluster).stream().filter(c -> !answered.contains(c.getPairId())).toList();
      assertThat(answeredBy(later))
          .as("versions trained by the process that answered")
          .isSubsetOf(promoted(cluster))
          .isNotEmpty();
      assertThat(textsTrained(cluster)).containsAll(ownTexts(cluster));
      assertThat(get(port, "/health/ready")).isEqualTo("ready\n");
      assertThat(get(port, "/metrics"))
          .contains("alluvium_trainer_windows_total{", "alluvium_worker_requests_total{");

      // Another trainer takes the lease: the process ends with the trainer's exit code.
      try (TrainingLog other =
          new TrainingLog(cluster.kafka(), cluster.topics(), InstantSource.system())) {
        assertThat(both.ended(PATIENCE.toMillis())).as(both.log()).isTrue();
        assertThat(both.exitCode()).as(both.log()).isEqualTo(ExitCodes.FENCED);
        assertThat(other.progress()).isPresent();
      }
    }
  }

  @Test
  void aWorkerThatCannotGoOnEndsTheTrainerToo() throws Exception {
    Cluster cluster = namespace("with-failing-generation");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(401, -1);
          exchange.close();
        });
    server.start();
    String url = "http://localhost:%d/v1".formatted(server.getAddress().getPort());
    Map<String, String> settings =
        Map.of(
            "generate.backend", "openai",
            "generate.openai.baseUrl", url,
            "generate.openai.model", "served");
    try (Asker asker = new Asker(cluster);
        ServiceProcess both = train(cluster, settings)) {
      asker.ask(0, Asker.request("q0", 5).build());
      asker.flush();
      assertThat(both.ended(PATIENCE.toMillis())).as(both.log()).isTrue();
      assertThat(both.exitCode()).as(both.log()).isEqualTo(ExitCodes.FAILED);
      assertThat(both.log())
          .contains("what worked beside the trainer failed", "does not let us in");
      assertThat(values(cluster, cluster.topics().progress())).as("it did train").isNotEmpty();
    } finally {
      server.stop(0);
    }
  }

  private static void awaitThat(Callable<Boolean> holds, ServiceProcess... alive) throws Exception {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(300))
        .until(() -> holds.call() || Stream.of(alive).anyMatch(service -> !service.isAlive()));
    for (ServiceProcess service : alive) {
      assertThat(service.isAlive()).as(service.log()).isTrue();
    }
  }

  private static String get(int port, String path) throws Exception {
    URI address = URI.create("http://localhost:%d%s".formatted(port, path));
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
        .body();
  }

  private ServiceProcess train(Cluster cluster, Map<String, String> more) throws Exception {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("train.model", MODEL.toString());
    settings.put("train.store", directory.resolve("store").toString());
    settings.put("train.threads", "1");
    settings.put("train.lora.rank", "4");
    settings.put("train.learningRate", "0.0001");
    settings.put("train.maxTokens", "256");
    settings.put("train.batchTokens", "512");
    settings.put("train.commit.minSeconds", "0");
    settings.put("train.heartbeat", "500ms");
    settings.put("train.gate.every", "1");
    settings.put("train.gate.perplexityBudget", "10");
    settings.put("train.gate.cumulativeBudget", "10");
    settings.put("train.gate.leastProbes", "2");
    settings.put("generate.threads", "1");
    return new ServiceProcess("train", List.of("--with-generation"), cluster, directory, settings);
  }

  private Map<String, String> streamsSettings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("streams.stateDir", directory.resolve("state").toString());
    settings.put("curate.holdOut", "0.3");
    settings.put("s3ft.prompts", MODEL.resolve("prompts").toString());
    settings.put("s3ft.maxTokens", "64");
    settings.put("mix.tick", "200ms");
    settings.put("mix.windowTime", "1s");
    settings.put("mix.minFill", "1");
    settings.put("mix.maxStaleness", "64"); // versions come by the second here
    settings.put("mix.replay.share", "0"); // each example is counted once
    return settings;
  }

  private static int run(Cluster cluster, String[] line, String... more) {
    List<String> all = new ArrayList<>(List.of(line));
    all.addAll(List.of(more));
    all.addAll(
        List.of(
            "--set",
            "namespace=" + cluster.topics().namespace(),
            "--set",
            "kafka.bootstrap.servers=" + SharedBroker.bootstrapServers()));
    return Cli.run(all.toArray(String[]::new)).exitCode();
  }

  /** Whether all pairs are held out or in windows that a commit says are trained. */
  private static boolean isTrained(Cluster cluster, int pairs) {
    long trained =
        entries(cluster, Outcome.class).stream()
            .filter(outcome -> outcome.getStatus() == OutcomeStatus.TRAINED)
            .mapToLong(Outcome::getExamples)
            .sum();
    return trained + entries(cluster, Probe.class).size() == pairs;
  }

  private static List<String> promoted(Cluster cluster) {
    return values(cluster, cluster.topics().models()).stream()
        .filter(version -> version.getStatus() == VersionStatus.PROMOTED)
        .map(version -> version.getVersion())
        .toList();
  }

  private static Set<String> ids(List<Candidate> candidates) {
    return candidates.stream().map(Candidate::getPairId).collect(Collectors.toSet());
  }

  /** What answered where the target is the model's own text. */
  private static Set<String> answeredBy(List<Candidate> candidates) {
    return candidates.stream()
        .filter(c -> c.getTarget().getOrigin() != Origin.GOLD)
        .map(c -> c.getTarget().getModelVersion())
        .collect(Collectors.toSet());
  }

  private static List<String> ownTexts(Cluster cluster) {
    return candidates(cluster).stream()
        .filter(c -> c.getTarget().getOrigin() != Origin.GOLD)
        .map(c -> c.getTarget().getText())
        .toList();
  }

  private static List<String> textsTrained(Cluster cluster) {
    return values(cluster, cluster.topics().windows()).stream()
        .map(record -> record.getRecord())
        .filter(Example.class::isInstance)
        .map(example -> ((Example) example).getTarget().getText())
        .toList();
  }

  private static List<Candidate> candidates(Cluster cluster) {
    return entries(cluster, Candidate.class);
  }

  private static <T> List<T> entries(Cluster cluster, Class<T> type) {
    return values(cluster, cluster.topics().ledger()).stream()
        .map(LedgerEntry::getEntry)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  private static <K, V> List<V> values(Cluster cluster, Topic<K, V> topic) {
    List<V> values = new ArrayList<>();
    cluster.reader().read(topic, record -> values.add(record.value()));
    return values;
  }

  private static Cluster namespace(String name) {
    Cluster cluster = Cluster.of(KafkaSettings.at(SharedBroker.bootstrapServers()), name);
    new TopicProvisioner(cluster.kafka(), cluster.topics()).create(Optional.empty());
    return cluster;
  }
}
