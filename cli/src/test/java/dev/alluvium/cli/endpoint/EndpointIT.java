package dev.alluvium.cli.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.LedgerWriter;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.monitoring.Monitoring;
import dev.alluvium.cli.monitoring.PromQl;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.Ports;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.cli.testing.SmallFlow.Lesson;
import dev.alluvium.cli.testing.SmallModel;
import dev.alluvium.schemas.avro.Command;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.DriftReport;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.TrainReport;
import dev.alluvium.schemas.avro.WindowReport;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.TopicProvisioner;
import dev.alluvium.streams.metrics.ProcessMetric;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics and health of real processes, from one broker in a process that can be stopped. */
class EndpointIT {
  private static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final String TOKEN = "sixteen or more characters";

  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir private Path directory;

  @Test
  void everyServiceTellsHowItIsAndAllThatAlertsAndDashboardsAskFor() throws Exception {
    int port = Ports.free();
    Cluster cluster = Cluster.of(KafkaSettings.at("localhost:" + port), "observed");
    Path token = Files.writeString(directory.resolve("token"), TOKEN + "\n");
    Path model = SmallModel.create(directory.resolve("model"));
    Service streams = new Service("streams", "dashboard.port");
    Service train = new Service("train", "http.port");
    Service generate = new Service("generate", "http.port");
    Service publish = new Service("publish", "http.port");
    try (ServiceProcess broker = broker(cluster, port)) {
      await().atMost(PATIENCE).until(() -> !Ports.isFree(port));
      Map<String, String> training = training(model);
      training.put("http.tokenFile", token.toString());
      try (ServiceProcess trainer = start(train, cluster, training)) {
        // Nothing is there yet, not even the topics.
        awaitThat(() -> live(train).statusCode() == 200, trainer);
        assertThat(ready(train).statusCode()).isEqualTo(503);
        assertThat(ready(train).body()).contains("starting: waits for the broker and its topics");
        awaitThat(() -> createTopics(cluster), trainer);
        try (ServiceProcess processors = start(streams, cluster, flow());
            ServiceProcess worker = start(generate, cluster, onItsOwnAddress(answering(model)));
            ServiceProcess publisher = start(publish, cluster, publishing())) {
          for (Service service : List.of(streams, train, generate, publish)) {
            awaitThat(
                () -> ready(service).statusCode() == 200, trainer, processors, worker, publisher);
          }
          assertThat(ready(train).body()).isEqualTo("ready\n");
          assertThat(worker.log())
              .contains("metrics and health at http://127.0.0.1:" + generate.port());
          assertThat(get(train, "/metrics", "").statusCode()).isEqualTo(401);

          ServiceProcess[] all = {trainer, processors, worker, publisher};
          poison(cluster);
          produce(cluster, "first", 0, 24);
          awaitThat(() -> metrics(streams).contains("alluvium_pooled_examples{"), all);
          awaitThat(() -> metrics(streams).contains("alluvium_loss{"), all);
          endCycle(cluster, "first-end");
          awaitThat(() -> metrics(streams).contains("alluvium_probe_accuracy{"), all);
          produce(cluster, "second", 24, 8);
          awaitThat(() -> metrics(streams).contains("alluvium_replayed_total{"), all);
          endCycle(cluster, "second-end");
          awaitThat(() -> metrics(streams).contains("alluvium_version_transfer{"), all);
          // Or what the watch says next would take the alarm back.
          awaitThat(() -> watched(cluster), all);
          alarm(cluster);
          awaitThat(() -> metrics(streams).contains("alluvium_alarms_standing{"), all);
          everyMetricOfOurProcessesIsThere(train, generate, publish);
          everythingThatIsAskedForIsThere(streams, train, generate, publish);

          broker.signal("STOP");
          awaitThat(() -> live(train).statusCode() == 503, trainer);
          assertThat(live(train).body())
              .contains("the trainer has not moved for", "http.stalledAfter is 2 s");
          assertThat(ready(train).statusCode()).isEqualTo(503);
          assertThat(live(generate).statusCode()).as(live(generate).body()).isEqualTo(200);
          broker.signal("CONT");
          awaitThat(() -> live(train).statusCode() == 200, trainer);

          processors.stop();
          assertThat(processors.ended(PATIENCE.toMillis())).as(processors.log()).isTrue();
          // Or Kafka would miss it for 45 s, and whoever comes next would wait for that.
          assertThat(members(cluster)).as("members it has left behind").isEmpty();
          try (ServiceProcess again = start(streams, cluster, flow())) {
            awaitThat(() -> ready(streams).statusCode() == 200, again);
          }
        }
      }
    }
  }

  /** Whether the watch has said of each window what it says: when it is closed, and trained. */
  private static boolean watched(Cluster cluster) {
    AtomicInteger unsaid = new AtomicInteger();
    cluster
        .reader()
        .read(
            cluster.topics().reports(),
            report -> {
              Object body = report.value().getBody();
              if (body instanceof WindowReport || body instanceof TrainReport) {
                unsaid.incrementAndGet();
              } else if (body instanceof DriftReport) {
                unsaid.decrementAndGet();
              }
            });
    return unsaid.get() == 0;
  }

  /** Members of the stream processors' groups. */
  private static List<MemberDescription> members(Cluster cluster) throws Exception {
    List<String> groups =
        Stream.of("curate", "mix", "watch").map(role -> cluster.topics().id(role)).toList();
    try (Admin admin = Admin.create(cluster.kafka().admin())) {
      return admin.describeConsumerGroups(groups).all().get().values().stream()
          .flatMap(group -> group.members().stream())
          .toList();
    }
  }

  private void everyMetricOfOurProcessesIsThere(Service... services) throws Exception {
    Scraped ours = scraped(services);
    for (ProcessMetric metric : ProcessMetric.values()) {
      List<String> labels = new ArrayList<>(metric.description().labels());
      labels.addAll(List.of("namespace", "process"));
      assertThat(ours.labels(metric.description().name()))
          .as(metric.description().name())
          .containsExactlyInAnyOrderElementsOf(labels);
    }
    assertThat(ours.names())
        .contains("jvm_memory_used_bytes", "process_uptime_seconds", "logback_events_total");
    for (Service service : services) {
      assertThat(metrics(service))
          .contains("namespace=\"observed\",process=\"%s\"".formatted(service.command()))
          .contains("kafka_consumer_");
    }
  }

  private void everythingThatIsAskedForIsThere(Service... services) throws Exception {
    Scraped all = scraped(services);
    List<String> missing = new ArrayList<>();
    for (Monitoring.Asked asked : Monitoring.expressions()) {
      PromQl expression = PromQl.of(asked.expression());
      expression
          .showing(asked.shown())
          .missingFrom(all)
          .forEach(fault -> missing.add(asked.place() + ": " + fault));
    }
    assertThat(missing).isEmpty();
    assertThat(Monitoring.expressions()).hasSizeGreaterThan(80);
  }

  private Scraped scraped(Service... services) throws Exception {
    StringBuilder all = new StringBuilder();
    for (Service service : services) {
      all.append(metrics(service)).append('\n');
    }
    return Scraped.of(all.toString());
  }

  private static void awaitThat(Callable<Boolean> holds, ServiceProcess... alive)
      throws IOException {
    try {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(200))
          .ignoreExceptions()
          .until(() -> Stream.of(alive).anyMatch(service -> !service.isAlive()) || holds.call());
    } catch (ConditionTimeoutException e) {
      StringBuilder logs = new StringBuilder(e.getMessage());
      for (ServiceProcess service : alive) {
        logs.append('\n').append(service.log());
      }
      throw new AssertionError(logs.toString(), e);
    }
    for (ServiceProcess service : alive) {
      assertThat(service.isAlive()).as(service.log()).isTrue();
    }
  }

  @Test
  void aPortThatIsTakenOrAnAddressWithoutATokenEndsIt() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (String command : List.of("train", "generate")) {
        Cli.Result refused = Cli.run(command, "--set", "http.port=" + taken.getLocalPort());
        assertThat(refused.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(refused.err())
            .contains("localhost:" + taken.getLocalPort() + " cannot be listened on", "http.port");
      }
    }
    Cli.Result open = Cli.run("train", "--set", "http.port=1", "--set", "http.host=0.0.0.0");
    assertThat(open.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(open.err()).contains("http.host is 0.0.0.0, which others can reach");
  }

  /** A service, and where it is asked. */
  private record Service(String command, String key, int port) {
    Service(String command, String key) {
      this(command, key, Ports.free());
    }
  }

  private ServiceProcess start(Service service, Cluster cluster, Map<String, String> more)
      throws IOException {
    Map<String, String> settings = new HashMap<>(more);
    settings.put(service.key(), Integer.toString(service.port()));
    return new ServiceProcess(service.command(), cluster, directory, settings);
  }

  private ServiceProcess broker(Cluster cluster, int port) throws IOException {
    List<String> options =
        List.of("--port", Integer.toString(port), "--data", directory.resolve("data").toString());
    return new ServiceProcess("broker", options, cluster, directory, Map.of());
  }

  private static boolean createTopics(Cluster cluster) {
    new TopicProvisioner(cluster.kafka(), cluster.topics()).create(Optional.empty());
    return true;
  }

  private Map<String, String> flow() {
    return Map.of(
        "streams.stateDir", directory.resolve("state").toString(),
        "curate.holdOut", "0.3",
        "s3ft.maxTokens", "16",
        "mix.tick", "200ms",
        "mix.windowTime", "1s",
        "mix.minFill", "1");
  }

  private Map<String, String> training(Path model) {
    Map<String, String> settings = new HashMap<>(answering(model));
    settings.put("http.stalledAfter", "2s");
    settings.put("train.threads", "1");
    settings.put("train.lora.rank", "4");
    settings.put("train.kl.weight", "0.1");
    settings.put("train.commit.minSeconds", "0");
    settings.put("train.heartbeat", "300ms");
    settings.put("train.gate.every", "1000");
    settings.put("train.gate.leastProbes", "2");
    settings.put("train.guard.gaugeTexts", "2");
    settings.put("train.guard.gaugeTokens", "4");
    return settings;
  }

  private Map<String, String> answering(Path model) {
    return Map.of(
        "train.model", model.toString(),
        "train.store", directory.resolve("store").toString(),
        "train.maxTokens", "128",
        "train.batchTokens", "256",
        "generate.threads", "1");
  }

  private static Map<String, String> onItsOwnAddress(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("http.host", "127.0.0.1");
    return all;
  }

  /** Its server is away, which is told. */
  private Map<String, String> publishing() {
    return Map.of(
        "publish.servers",
        "http://localhost:1/v1",
        "train.store",
        directory.resolve("store").toString());
  }

  private static void poison(Cluster cluster) {
    write(cluster, cluster.topics().pairs().name(), Cli.utf8("{}"));
  }

  private void produce(Cluster cluster, String name, int first, int count) throws IOException {
    List<String> lines = new Lesson("math", "say %s.", "It is %s.").pairs(name, first, count);
    Path pairs = Files.write(directory.resolve(name + ".jsonl"), lines);
    Cli.Result produced =
        Cli.run(
            "produce",
            pairs.toString(),
            "--set",
            "namespace=" + cluster.topics().namespace(),
            "--set",
            "kafka.bootstrap.servers=" + cluster.kafka().bootstrapServers());
    assertThat(produced.exitCode()).as(produced.err()).isZero();
  }

  private static void endCycle(Cluster cluster, String id) {
    LedgerWriter.write(cluster, "command", new Command(id, CommandKind.FLUSH, null), "the flush");
  }

  private static void alarm(Cluster cluster) {
    var reports = cluster.topics().reports();
    write(
        cluster, reports.name(), reports.values().serializer().serialize(reports.name(), drifts()));
  }

  private static void write(Cluster cluster, String topic, byte[] value) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            cluster.kafka().producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, value));
    }
  }

  /** What the watch would need 20 windows for. */
  private static Report drifts() {
    return new Report(
        Instant.now(),
        DriftReport.newBuilder()
            .setWindowId(1)
            .setSkills(Map.of())
            .setPsi(0.3)
            .setJs(0.1)
            .setEffect(0.2)
            .setTrainedPsi(0.01)
            .setStanding(Map.of("arrived_share/math", 1L))
            .build());
  }

  private String metrics(Service service) throws Exception {
    HttpResponse<String> scrape = get(service, "/metrics", TOKEN);
    assertThat(scrape.statusCode()).isEqualTo(200);
    return scrape.body();
  }

  private HttpResponse<String> live(Service service) throws Exception {
    return get(service, "/health/live", "");
  }

  private HttpResponse<String> ready(Service service) throws Exception {
    return get(service, "/health/ready", "");
  }

  private HttpResponse<String> get(Service service, String path, String token) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://localhost:" + service.port() + path))
            .header("Authorization", "Bearer " + token)
            .timeout(Duration.ofSeconds(10))
            .build(),
        BodyHandlers.ofString());
  }
}
