package dev.alluvium.cli.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.broker.SecuredBroker;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.LedgerWriter;
import dev.alluvium.cli.cluster.ReportTail;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.config.SettingsLoader;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.JavaCommand;
import dev.alluvium.cli.testing.SmallFlow;
import dev.alluvium.schemas.access.Role;
import dev.alluvium.schemas.avro.Command;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.MixReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The services of a guarded namespace as processes that sign in by secrets of every kind and tell
 * all that Kafka's clients say of their settings, and pairs that go through them.
 */
final class GuardedFlow implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final int PAIRS = 24;
  private static final String RACK = "planted-rack-from-a-variables-file";
  private static final String SCOPE = "planted-scope-from-the-environment";
  private static final String UNKNOWN = "planted-token-that-kafka-does-not-know";
  private static final String TOKEN = "planted-token-of-the-dashboard";
  private static final Pattern ADDRESS = Pattern.compile("dashboard at (http://\\S+)");

  private final Guarded guarded;
  private final Path directory;
  private final Map<String, Process> processes = new LinkedHashMap<>();

  /** What was told, by who told it. */
  private final Map<String, String> told = new LinkedHashMap<>();

  private final List<String> common;

  GuardedFlow(Guarded guarded, Path directory, Path model) throws IOException {
    this.guarded = guarded;
    this.directory = directory;
    this.common =
        List.of(
            "kafka.planted.token=" + UNKNOWN,
            "dashboard.port=0",
            "dashboard.tokenFile=" + file("token", TOKEN),
            "streams.stateDir=" + directory.resolve("flow-state"),
            "curate.holdOut=0.2",
            "s3ft.maxTokens=8",
            "mix.tick=200ms",
            "mix.windowTime=1h",
            "mix.windowExamples=16",
            "train.model=" + model,
            "train.store=" + directory.resolve("flow-store"),
            "train.threads=1",
            "train.lora.rank=4",
            "train.maxTokens=128",
            "train.batchTokens=256",
            "train.commit.minSeconds=0",
            "train.gate.every=1000",
            "train.gate.unmeasured=ignore",
            "publish.servers=http://localhost:1/v1",
            "publish.attempts=1");
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve("planted-in-" + name), content + "\n");
  }

  /** Pairs go in, a version comes out. */
  void run() throws Exception {
    String login = guarded.login(Role.STREAMS, guarded.password(Role.STREAMS));
    start(
        Role.STREAMS,
        Map.of(
            "ALLUVIUM_KAFKA_SASL_JAAS_CONFIG_FILE", file("login", login).toString(),
            "ALLUVIUM_KAFKA_CLIENT_RACK_FILE", file("rack", RACK).toString()));
    start(
        Role.TRAIN,
        Map.of("PLANTED_SCOPE", SCOPE, "PLANTED_PASSWORD", guarded.password(Role.TRAIN)),
        "kafka.sasl.oauthbearer.scope=${env:PLANTED_SCOPE}",
        "kafka.sasl.jaas.config=" + guarded.login(Role.TRAIN, "${env:PLANTED_PASSWORD}"));
    file("generate", guarded.login(Role.GENERATE, guarded.password(Role.GENERATE)));
    start(
        Role.GENERATE,
        Map.of(),
        "kafka.sasl.jaas.config=${dir:%s:planted-in-generate}".formatted(directory));

    List<String> lines =
        new SmallFlow.Lesson("math", "say %s.", "It is %s.").pairs("pair", 0, PAIRS);
    Path pairs = Files.write(directory.resolve("pairs.jsonl"), lines);
    assertDone(run(Role.PRODUCE, "produce", pairs.toString()));
    await().atMost(PATIENCE).until(this::allHaveATarget);
    Command flush = new Command("end", CommandKind.FLUSH, null);
    LedgerWriter.write(cluster(), "command", flush, "the flush");
    await().atMost(PATIENCE).until(() -> versions().size() == 1);

    String version = versions().get(0).get("version").asText();
    assertThat(version).isEqualTo("v000001");
    Cli.Result published = run(Role.PUBLISH, "publish", "--once", "--json");
    assertThat(published.json().get("version").asText()).isIn("v000001", "base");
    assertDone(run(Role.OPERATOR, "verify"));
    assertDone(run(Role.OPERATOR, "models", "show", version));
    assertDone(run(Role.OPERATOR, "lineage", "pair-wordaa"));
    assertDone(run(Role.OPERATOR, "policy", "show"));
    assertDone(run(Role.OPERATOR, "dead-letters", "list"));
    assertDone(run(Role.OPERATOR, "erase", "pair-wordab", "--yes"));
  }

  /** Here, where there is a version to be read: of an empty topic nobody notices. */
  void requireThatPublishReadsVersions() throws Exception {
    String models = cluster().topics().models().name();
    Cli.Result refused =
        guarded.without(
            Role.PUBLISH,
            ResourceType.TOPIC,
            models,
            AclOperation.READ,
            () -> run(Role.PUBLISH, "publish", "--once"));
    assertThat(refused.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(refused.err()).contains("`publish` needs Read on topic " + models);
  }

  /** Every process and command that was run, and what the dashboard serves. */
  void requireNoSecretTold() throws Exception {
    askDashboard();
    run(Role.OPERATOR, "config", "print");
    run(Role.OPERATOR, "config", "print", "--json");
    List<String> wrong = List.of("kafka.sasl.jaas.config=" + guarded.login(Role.TRAIN, UNKNOWN));
    Cli.Result doctor = guarded.run(Role.OPERATOR, wrong, "doctor", "--json");
    told.put("doctor", doctor.out() + doctor.err());
    for (String name : processes.keySet()) {
      told.put(name, Files.readString(log(name)));
    }

    assertThat(told.get("streams")).contains("client.rack = ***", "sasl.jaas.config = [hidden]");
    assertThat(told.get("train")).contains("sasl.oauthbearer.scope = ***");
    assertThat(told.get("config print"))
        .contains("kafka.planted.token: \"***\"", "kafka.sasl.jaas.config: \"***\"");
    assertThat(told.get("doctor")).contains("does not accept who we are");
    List<String> secrets = new ArrayList<>(Guarded.users(guarded.namespace()).values());
    secrets.addAll(List.of(SecuredBroker.STORE_PASSWORD, RACK, SCOPE, UNKNOWN, TOKEN));
    told.forEach((who, text) -> assertThat(text).as(who).isNotBlank().doesNotContain(secrets));
  }

  private void askDashboard() throws Exception {
    Matcher address = ADDRESS.matcher(Files.readString(log("streams")));
    assertThat(address.find()).isTrue();
    for (String path : List.of("/", "/metrics", "/api/history", "/health/ready")) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(address.group(1) + path))
              .header("Authorization", "Bearer " + TOKEN)
              .build();
      var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
      assertThat(response.statusCode()).as(path).isEqualTo(200);
      told.put(path, response.body());
    }
  }

  private boolean allHaveATarget() {
    requireAlive();
    return ReportTail.last(cluster(), MixReport.class)
        .map(
            mix ->
                mix.getHeldOut()
                    + mix.getCandidates().values().stream().mapToLong(Long::longValue).sum())
        .filter(counted -> counted == PAIRS)
        .isPresent();
  }

  private List<JsonNode> versions() {
    requireAlive();
    List<JsonNode> versions = new ArrayList<>();
    run(Role.OPERATOR, "models", "list", "--json").json().get("versions").forEach(versions::add);
    return versions;
  }

  private Cluster cluster() {
    try {
      return Cluster.of(
          new SettingsLoader(Map.of())
              .load(Optional.of(guarded.config(Role.OPERATOR)), Map.of())
              .settings());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Cli.Result run(Role role, String... line) {
    try {
      Cli.Result result = guarded.run(role, common, line);
      told.put(String.join(" ", line), result.out() + result.err());
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertDone(Cli.Result result) {
    assertThat(result.exitCode()).as(result.err()).isZero();
  }

  private void requireAlive() {
    processes.forEach(
        (name, process) ->
            assertThat(process.isAlive()).as(() -> name + ": " + read(name)).isTrue());
  }

  private String read(String name) {
    try {
      return Files.readString(log(name));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Path log(String name) {
    return directory.resolve("guarded-" + name + ".log");
  }

  private void start(Role role, Map<String, String> variables, String... settings)
      throws IOException {
    List<String> line = new ArrayList<>(JavaCommand.start());
    line.addAll(List.of(role.label(), "--until-stdin-closes"));
    line.addAll(List.of("--config", guarded.config(role).toString()));
    common.forEach(setting -> line.addAll(List.of("--set", setting)));
    List.of(settings).forEach(setting -> line.addAll(List.of("--set", setting)));
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(log(role.label()).toFile());
    builder.environment().putAll(variables);
    // Kafka's clients tell all their settings at this level.
    builder
        .environment()
        .put("JDK_JAVA_OPTIONS", "-Dalluvium.log.clients=INFO -Dalluvium.log.libraries=INFO");
    processes.put(role.label(), builder.start());
  }

  @Override
  public void close() throws Exception {
    for (Process process : processes.values()) {
      process.destroyForcibly().waitFor();
    }
  }
}
