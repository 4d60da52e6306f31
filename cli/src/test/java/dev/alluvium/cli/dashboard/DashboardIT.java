package dev.alluvium.cli.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.JsonLines;
import dev.alluvium.cli.testing.Ports;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.cli.testing.SharedBroker;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.TrainReport;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.TopicProvisioner;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dashboard, metrics and health of real stream processors on a real broker. */
class DashboardIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern ADDRESS = Pattern.compile("dashboard at (http://[^\\s\"]+)");
  private static final String OURS = "namespace=\"dashboard\",process=\"streams\"";
  private static final String TOKEN = "sixteen or more characters";

  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir private Path directory;

  @Test
  void pairsAndTrainedWindowsReachThePageAndTheMetrics() throws Exception {
    Cluster cluster = cluster("dashboard");
    Path token = Files.writeString(directory.resolve("token"), TOKEN + "\n");
    Path pairs = directory.resolve("pairs.jsonl");
    Files.writeString(
        pairs,
        "{\"skill\":\"math\",\"instruction\":\"1+1\",\"response\":\"2\"}\n"
            + "{\"skill\":\"math\",\"instruction\":\"1+2\",\"response\":\"3\"}\n"
            + "{\"skill\":\"math\",\"instruction\":\"1+2\",\"response\":\"3\"}\n");
    try (ServiceProcess streams =
        streams(
            cluster, "0", Map.of("dashboard.tokenFile", token.toString(), "log.format", "json"))) {
      URI address = address(streams);
      await().atMost(PATIENCE).until(() -> get(address, "/health/ready").statusCode() == 200);
      assertThat(get(address, "/api/history", "not it").statusCode()).isEqualTo(401);

      produce(pairs);
      write(cluster, new Report(Instant.now(), trained(3)));
      write(cluster, new byte[] {1, 2, 3});
      write(cluster, new Report(Instant.now(), trained(4)));

      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                JsonNode told = JSON.readTree(get(address, "/api/history").body());
                assertThat(told.at("/trained/window").asInt()).isEqualTo(4);
                assertThat(told.at("/funnel/0/count").asInt()).isEqualTo(3);
                assertThat(told.at("/funnel/1/leaks/0/name").asText()).isEqualTo("duplicate");
                assertThat(told.at("/feed/phase").asText()).isEqualTo("LIVE");
                assertThat(told.at("/feed/unreadable").asInt()).isEqualTo(1);
              });
      String metrics = get(address, "/metrics").body();
      assertThat(metrics)
          .contains("alluvium_pairs_received_total{" + OURS + "} 3.0")
          .contains("alluvium_trained_tokens_total{" + OURS + ",skill=\"math\"} 200.0")
          .contains("alluvium_dashboard_unreadable_total{" + OURS + "} 1.0")
          .contains("topology=\"dashboard-mix\"", "kafka_stream_state")
          .contains("jvm_memory_used_bytes", "logback_events_total");

      // The report that cannot be read is told with its exception, and the line is whole.
      List<JsonNode> lines = JsonLines.of(streams.log());
      assertThat(lines)
          .allSatisfy(
              line -> {
                assertThat(line.get("namespace").asText()).isEqualTo("dashboard");
                assertThat(line.get("process").asText()).isEqualTo("streams");
                assertThat(line.get("level").asText()).isIn("INFO", "WARN", "ERROR");
              });
      assertThat(lines)
          .anyMatch(line -> line.path("stack_trace").asText().contains("\n\tat "))
          .anyMatch(line -> line.get("message").asText().startsWith("dashboard at http"));
    }
  }

  @Test
  void aPortThatIsTakenDoesNotStopTheStreamProcessors() throws Exception {
    Cluster cluster = cluster("dashboard-port");
    int port = Ports.free();
    try (ServiceProcess first = streams(cluster, Integer.toString(port), Map.of())) {
      URI address = address(first);
      Path other = Files.createDirectory(directory.resolve("other"));
      try (ServiceProcess second =
          start(cluster, other, Integer.toString(port), Map.of("log.level", "WARN"))) {
        await()
            .atMost(PATIENCE)
            .until(() -> second.log().contains("no dashboard, metrics and health here"));

        assertThat(second.log()).contains("localhost:" + port).contains("set dashboard.port");
        assertThat(second.isAlive()).isTrue();
        assertThat(first.log()).contains(" INFO  Application");
        assertThat(second.log()).doesNotContain(" INFO ");
        assertThat(get(address, "/health/live").statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void itCanBeSwitchedOff() throws Exception {
    Cluster cluster = cluster("dashboard-off");
    int port = Ports.free();
    try (ServiceProcess streams =
        streams(cluster, Integer.toString(port), Map.of("dashboard.enabled", "false"))) {
      await().atMost(PATIENCE).until(() -> streams.log().contains("RUNNING (was"));

      assertThat(streams.log()).doesNotContain("dashboard at");
      assertThat(Ports.isFree(port)).isTrue();
    }
  }

  @Test
  void anOpenAddressWithoutATokenIsRefusedBeforeAnythingStarts() {
    Cli.Result refused =
        Cli.run(
            "streams",
            "--set",
            "dashboard.host=0.0.0.0",
            "--set",
            "kafka.bootstrap.servers=" + SharedBroker.bootstrapServers());

    assertThat(refused.exitCode()).isNotEqualTo(ExitCodes.DONE);
    assertThat(refused.err())
        .contains("dashboard.host is 0.0.0.0, which others can reach, and there is no token");
  }

  private Cluster cluster(String namespace) {
    Cluster cluster = Cluster.of(KafkaSettings.at(SharedBroker.bootstrapServers()), namespace);
    new TopicProvisioner(cluster.kafka(), cluster.topics()).create(Optional.empty());
    return cluster;
  }

  private ServiceProcess streams(Cluster cluster, String port, Map<String, String> more)
      throws IOException {
    return start(cluster, directory, port, more);
  }

  private static ServiceProcess start(
      Cluster cluster, Path directory, String port, Map<String, String> more) throws IOException {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("dashboard.port", port);
    settings.put("streams.stateDir", directory.resolve("state").toString());
    settings.put("streams.replicationFactor", "1");
    settings.put("s3ft.mode", "off");
    settings.put("curate.holdOut", "0");
    return new ServiceProcess("streams", cluster, directory, settings);
  }

  private static URI address(ServiceProcess streams) {
    return await()
        .atMost(PATIENCE)
        .until(() -> find(streams.log()), Optional::isPresent)
        .orElseThrow();
  }

  private static Optional<URI> find(String log) {
    Matcher found = ADDRESS.matcher(log);
    return found.find() ? Optional.of(URI.create(found.group(1))) : Optional.empty();
  }

  private HttpResponse<String> get(URI address, String path) throws Exception {
    return get(address, path, TOKEN);
  }

  private HttpResponse<String> get(URI address, String path, String token) throws Exception {
    return client.send(
        HttpRequest.newBuilder(address.resolve(path))
            .header("Authorization", "Bearer " + token)
            .timeout(Duration.ofSeconds(10))
            .build(),
        BodyHandlers.ofString());
  }

  private static void produce(Path pairs) {
    Cli.Result produced =
        Cli.run(
            "produce",
            pairs.toString(),
            "--set",
            "namespace=dashboard",
            "--set",
            "kafka.bootstrap.servers=" + SharedBroker.bootstrapServers());
    assertThat(produced.exitCode()).isZero();
  }

  private static void write(Cluster cluster, Report report) {
    var reports = cluster.topics().reports();
    write(cluster, reports.values().serializer().serialize(reports.name(), report));
  }

  private static void write(Cluster cluster, byte[] value) {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            cluster.kafka().producer(), new StringSerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(cluster.topics().reports().name(), "train", value));
    }
  }

  private static TrainReport trained(long window) {
    return TrainReport.newBuilder()
        .setWindowId(window)
        .setExamples(4)
        .setTokens(Map.of("math", 100L))
        .setLossFirst(2.0)
        .setLossLast(1.5)
        .setSteps(window)
        .setSkippedSteps(0L)
        .setRefused(0)
        .setMillis(10L)
        .setLearningRate(1e-4)
        .build();
  }
}
