package dev.alluvium.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.cli.config.PublishSettings;
import dev.alluvium.cli.config.SettingsLoader;
import dev.alluvium.cli.publish.ServerReport.State;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.trainer.release.CurrentFile;
import dev.alluvium.trainer.release.KnownVersions;
import dev.alluvium.trainer.release.Published;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
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
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers follow the version that answers, whatever happens to them. */
class PublisherTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir private Path directory;
  private final KnownVersions known = new KnownVersions();
  private final Map<String, String> settings = new HashMap<>();
  private final List<Publisher> publishers = new ArrayList<>();
  private boolean readable = true;
  private Instant now = START;
  private Shelf shelf;
  private StandInVllm one;
  private StandInVllm two;

  @BeforeEach
  void start() throws IOException {
    shelf = new Shelf(directory.resolve("store"));
    one = new StandInVllm();
    two = new StandInVllm();
    settings.put("publish.keep", "0");
    settings.put("publish.attempts", "3");
    settings.put("publish.canary", "What is a canary?");
  }

  @AfterEach
  void stop() {
    publishers.forEach(Publisher::close);
    one.close();
    two.close();
  }

  @Test
  void aPromotedVersionIsLoadedProvenAndThenSaidToAnswer() throws IOException {
    promote(shelf.adapter(1));
    Publisher publisher = publisher();

    PublishReport report = round(publisher);

    assertThat(report)
        .isEqualTo(
            new PublishReport(
                "v000001",
                "alluvium-v000001",
                List.of(
                    new ServerReport(one.url(), List.of("alluvium-v000001"), State.SERVING, ""),
                    new ServerReport(two.url(), List.of("alluvium-v000001"), State.SERVING, "")),
                true,
                true,
                ""));
    assertThat(current().read())
        .contains(new Published("alluvium-v000001", "v000001", START, new TreeMap<>()));
    assertThat(Files.readString(currentFile()))
        .isEqualTo(
            "{\"model\":\"alluvium-v000001\",\"version\":\"v000001\",\"since\":\"2026-03-01T12:00:00Z\",\"left\":{}}\n");
    assertThat(one.prompts()).isNotEmpty().containsOnly("What is a canary?");

    assertThat(round(publisher)).matches(again -> !again.switched() && again.answers());
    assertThat(one.orders()).containsExactly("load alluvium-v000001");
  }

  @Test
  void withoutAPromotedVersionTheBaseModelAnswers() throws IOException {
    known.add("v000001", shelf.record(1, "lora", VersionStatus.HELD));
    Publisher publisher = publisher();

    assertThat(round(publisher).model()).isEqualTo(StandInVllm.BASE);
    assertThat(current().read())
        .contains(new Published(StandInVllm.BASE, "base", START, new TreeMap<>()));

    promote(shelf.adapter(2));
    round(publisher);
    known.add("v000002", shelf.record(2, "lora", VersionStatus.ROLLED_BACK));
    now = now.plusSeconds(1);
    round(publisher);
    assertThat(current().read().map(Published::model)).contains(StandInVllm.BASE);
  }

  @Test
  void nothingIsDoneWhileModelsCannotBeRead() throws IOException {
    readable = false;
    Publisher publisher = publisher();

    assertThat(publisher.round(() -> false)).isEmpty();
    assertThat(currentFile()).doesNotExist();

    readable = true;
    promote(shelf.adapter(1));
    round(publisher);
    readable = false;
    one.down();
    one.up();
    assertThat(round(publisher).answers()).as("known before").isTrue();
    assertThat(one.loaded()).containsExactly("alluvium-v000001");
  }

  @Test
  void whatAnsweredBeforeIsUnloadedWhenItHasDrainedAndNoSooner() throws IOException {
    settings.put("publish.drain", "10m");
    Publisher publisher = publisher();
    promoteAndRound(publisher, 1);
    now = START.plus(Duration.ofMinutes(60));
    promoteAndRound(publisher, 2);
    now = START.plus(Duration.ofMinutes(65));
    promoteAndRound(publisher, 3);

    now = START.plus(Duration.ofMinutes(70)).minusSeconds(1);
    round(publisher);
    assertThat(one.loaded())
        .containsExactlyInAnyOrder("alluvium-v000001", "alluvium-v000002", "alluvium-v000003");

    now = START.plus(Duration.ofMinutes(70));
    round(publisher);
    assertThat(one.loaded()).containsExactlyInAnyOrder("alluvium-v000002", "alluvium-v000003");

    now = START.plus(Duration.ofMinutes(75));
    assertThat(round(publisher).servers().get(0).loaded()).containsExactly("alluvium-v000003");
    assertThat(two.loaded()).containsExactly("alluvium-v000003");
  }

  @Test
  void asManyOlderVersionsStayLoadedAsAreToBeKept() throws IOException {
    settings.put("publish.drain", "0s");
    settings.put("publish.keep", "2");
    Publisher publisher = publisher();
    for (int number = 1; number <= 5; number++) {
      now = now.plusSeconds(1);
      promoteAndRound(publisher, number);
    }

    assertThat(one.loaded())
        .containsExactlyInAnyOrder("alluvium-v000003", "alluvium-v000004", "alluvium-v000005");
  }

  @Test
  void aPublisherThatStartsAgainDrainsFromTheLastSwitch() throws IOException {
    settings.put("publish.drain", "10m");
    Publisher first = publisher();
    promoteAndRound(first, 1);
    promoteAndRound(first, 2);
    first.close();

    now = START.plus(Duration.ofMinutes(9));
    Publisher second = publisher();
    round(second);
    assertThat(one.loaded()).contains("alluvium-v000001");
    now = START.plus(Duration.ofMinutes(10));
    round(second);
    assertThat(one.loaded()).containsExactly("alluvium-v000002");
    assertThat(one.orders())
        .containsExactly(
            "load alluvium-v000001", "load alluvium-v000002", "unload alluvium-v000001");
  }

  /** As cron does, when versions come faster than they drain. */
  @Test
  void publishersThatGoRoundOnceEachUnloadWhatHasDrained() throws IOException {
    settings.put("publish.drain", "10m");
    for (int number = 1; number <= 4; number++) {
      Publisher once = publisher();
      promoteAndRound(once, number);
      once.close();
      now = now.plus(Duration.ofMinutes(5));
    }
    round(publisher());
    assertThat(one.loaded())
        .as("2 has left 10 minutes ago, 3 has left 5 minutes ago")
        .containsExactlyInAnyOrder("alluvium-v000003", "alluvium-v000004");
  }

  @Test
  void aVersionThatNeverAnsweredTakesNoPlaceOfThoseThatDid() throws IOException {
    settings.put("publish.drain", "0s");
    settings.put("publish.keep", "1");
    Publisher publisher = publisher();
    promoteAndRound(publisher, 1);
    two.down();
    promote(shelf.adapter(2));
    round(publisher);
    assertThat(one.loaded()).contains("alluvium-v000002");
    two.up();
    promote(shelf.adapter(3));
    roundUntil(publisher, () -> two.loaded().contains("alluvium-v000003"));
    round(publisher);
    assertThat(one.loaded()).containsExactlyInAnyOrder("alluvium-v000001", "alluvium-v000003");
  }

  @Test
  void aServerThatWillNotUnloadIsStillOneThatServes() throws IOException {
    settings.put("publish.drain", "0s");
    one.unloads = false;
    Publisher publisher = publisher();
    promoteAndRound(publisher, 1);
    now = now.plusSeconds(1);
    promoteAndRound(publisher, 2);
    PublishReport report = round(publisher);
    assertThat(report.servers()).extracting(ServerReport::state).containsOnly(State.SERVING);
    assertThat(one.loaded()).contains("alluvium-v000001");
    assertThat(two.loaded()).containsExactly("alluvium-v000002");
  }

  @Test
  void baseModelsOfDifferentNamesAreTold() throws IOException {
    two.base = "large-llama";
    PublishReport report = round(publisher());
    assertThat(report.answers()).isFalse();
    assertThat(report.error()).contains("large-llama", StandInVllm.BASE, "--served-model-name");
  }

  @Test
  void aRollbackToAVersionThatWasUnloadedLoadsItAgain() throws IOException {
    settings.put("publish.drain", "0s");
    Publisher publisher = publisher();
    promoteAndRound(publisher, 1);
    promoteAndRound(publisher, 2);
    assertThat(one.loaded()).containsExactly("alluvium-v000002");

    known.add("v000002", shelf.record(2, "lora", VersionStatus.ROLLED_BACK));
    PublishReport report = round(publisher);

    assertThat(report.answers()).isTrue();
    assertThat(current().read().map(Published::version)).contains("v000001");
    assertThat(one.orders())
        .containsExactly(
            "load alluvium-v000001",
            "load alluvium-v000002",
            "unload alluvium-v000001",
            "load alluvium-v000001",
            "unload alluvium-v000002");
  }

  @Test
  void requestsNeverFailWhileVersionsChange() throws Exception {
    settings.put("publish.drain", "400ms");
    Publisher publisher =
        new Publisher(
            bound(),
            Optional.empty(),
            naming(),
            current(),
            () -> Optional.of(known),
            Instant::now,
            trials());
    publishers.add(publisher);
    promoteAndRound(publisher, 1);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger asked = new AtomicInteger();
    List<String> wrong = new ArrayList<>();
    CompletableFuture<Void> application =
        CompletableFuture.runAsync(
            () -> {
              HttpClient client = HttpClient.newHttpClient();
              while (!over.get()) {
                Published published = current().read().orElseThrow();
                for (StandInVllm server : List.of(one, two)) {
                  String text = ask(client, server, published.model());
                  asked.incrementAndGet();
                  if (!text.contains("/" + published.version() + "-")) {
                    wrong.add(published.model() + ": " + text);
                  }
                }
              }
            });
    for (int number = 2; number <= 9; number++) {
      promoteAndRound(publisher, number);
      sleep(100);
      round(publisher);
    }
    known.add("v000003", known.byName().get("v000003")); // models serve v3
    round(publisher);
    for (int i = 0; i < 10; i++) {
      sleep(100);
      round(publisher);
    }
    over.set(true);
    application.join();

    assertThat(wrong).isEmpty();
    assertThat(asked.get()).isGreaterThan(200);
    assertThat(current().read().map(Published::version)).contains("v000003");
    assertThat(one.loaded()).containsExactly("alluvium-v000003");
    assertThat(one.orders()).filteredOn(order -> order.startsWith("unload")).hasSizeGreaterThan(7);
  }

  @Test
  void whatOthersHaveLoadedIsNotTouched() throws IOException {
    settings.put("publish.drain", "0s");
    promote(shelf.adapter(1));
    one.has("customer-a", "/adapters/a");
    one.has("alluvium-extra", "/adapters/b");
    one.has("alluvium-v000099", "/elsewhere/versions/v000099-12345678");
    one.has("alluvium-v000003", "/elsewhere/versions/v000003-12345678");
    known.add("v000003", shelf.record(3, "lora", VersionStatus.HELD));
    Publisher publisher = publisher();
    round(publisher);
    promoteAndRound(publisher, 2);

    assertThat(one.loaded())
        .containsExactlyInAnyOrder(
            "customer-a",
            "alluvium-extra",
            "alluvium-v000099",
            "alluvium-v000003",
            "alluvium-v000002");
    assertThat(round(publisher).servers().get(0).loaded()).containsExactly("alluvium-v000002");
  }

  @Test
  void aNameThatAnotherPipelineUsesIsNeitherTrustedNorTouched() throws IOException {
    promote(shelf.adapter(1));
    one.has("alluvium-v000001", "/elsewhere/versions/v000001-12345678");
    Publisher publisher = publisher();

    PublishReport report = round(publisher);

    assertThat(report.answers()).isFalse();
    assertThat(report.servers().get(0).error())
        .contains("lists alluvium-v000001 from /elsewhere/versions/v000001-12345678: expected")
        .contains("set publish.prefix");
    assertThat(one.orders()).isEmpty();
    assertThat(currentFile()).doesNotExist();

    settings.put("publish.prefix", "mine");
    assertThat(round(publisher()).model()).isEqualTo("mine-v000001");
    assertThat(one.loaded()).containsExactlyInAnyOrder("alluvium-v000001", "mine-v000001");
  }

  @Test
  void aVersionThatTheServerServesAsTheBaseModelIsGivenUpAndTheOldOneStays() throws IOException {
    Publisher publisher = publisher();
    promoteAndRound(publisher, 1);
    promote(shelf.adapter(2, 8, "no_such_proj", "null"));

    PublishReport report = roundUntil(publisher, publisher::isSettled);

    assertThat(report.answers()).isFalse();
    assertThat(report.servers())
        .extracting(ServerReport::state)
        .containsExactly(State.GIVEN_UP, State.GIVEN_UP);
    assertThat(report.servers().get(0).error())
        .contains("alluvium-v000002 answers publish.canary like the base model small-llama");
    assertThat(current().read().map(Published::version)).contains("v000001");
    assertThat(one.loaded()).containsExactly("alluvium-v000001");
    assertThat(one.orders()).filteredOn("load alluvium-v000002"::equals).hasSize(3);
    round(publisher);
    assertThat(one.orders()).filteredOn("load alluvium-v000002"::equals).hasSize(3);

    promoteAndRound(publisher, 3);
    assertThat(current().read().map(Published::version)).contains("v000003");
  }

  @Test
  void aDifferenceThatIsNoMoreThanNoiseIsNone() throws IOException {
    one.noise = 0.05;
    two.noise = 0.0001;
    promote(shelf.adapter(1, 8, "no_such_proj", "null"));
    Publisher publisher = publisher();
    assertThat(roundUntil(publisher, publisher::isSettled).servers())
        .extracting(ServerReport::state)
        .containsExactly(State.GIVEN_UP, State.GIVEN_UP);

    one.noise = 0.005;
    promote(shelf.adapter(2));
    assertThat(roundUntil(publisher, publisher::isSettled).answers()).isTrue();

    settings.put("publish.leastDifference", "9");
    promote(shelf.adapter(3));
    assertThat(round(publisher()).servers().get(0).error()).contains("expected 9.0 or more");
  }

  @Test
  void aNameThatAnswersIsNotUnloadedBecauseItsProbeFails() throws IOException {
    promoteAndRound(publisher(), 1);
    one.failsAdapters = true;

    PublishReport report = round(publisher());

    assertThat(report.servers().get(0).state()).isEqualTo(State.FAILED);
    assertThat(report.servers().get(0).error()).contains("HTTP 500: EngineCore encountered");
    assertThat(one.loaded()).containsExactly("alluvium-v000001");
  }

  @Test
  void aServerThatIsDownKeepsNothingButTheSwitchFromHappening() throws IOException {
    Publisher publisher = publisher();
    promoteAndRound(publisher, 1);
    two.down();
    promote(shelf.adapter(2));

    PublishReport report = round(publisher);

    assertThat(one.loaded()).contains("alluvium-v000002");
    assertThat(report.servers())
        .extracting(ServerReport::state)
        .containsExactly(State.SERVING, State.AWAY);
    assertThat(report.answers()).isFalse();
    assertThat(current().read().map(Published::version)).contains("v000001");

    two.up();
    report = roundUntil(publisher, () -> two.loaded().contains("alluvium-v000002"));
    assertThat(report.answers()).isTrue();
    assertThat(current().read().map(Published::version)).contains("v000002");
  }

  @Test
  void aServerThatStartedAgainGetsItsAdaptersAgain() throws IOException {
    Publisher publisher = publisher();
    promoteAndRound(publisher, 1);
    one.down();
    one.up();
    assertThat(one.loaded()).isEmpty();

    assertThat(round(publisher).answers()).isTrue();
    assertThat(one.loaded()).containsExactly("alluvium-v000001");

    promote(shelf.adapter(2, 8, "no_such_proj", "null"));
    roundUntil(publisher, publisher::isSettled);
    one.down();
    one.up();
    round(publisher);
    assertThat(one.loaded())
        .as("what answers, though another one shall")
        .containsExactly("alluvium-v000001");
  }

  @Test
  void whatAnswersIsNeverGivenUp() throws IOException {
    Publisher publisher = publisher();
    promoteAndRound(publisher, 1);
    one.down();
    one.up();
    one.updatable = false;
    PublishReport report = roundUntil(publisher, publisher::isSettled);
    assertThat(report.servers().get(0).state()).isEqualTo(State.FAILED);
    sleep(500);
    round(publisher);

    one.updatable = true;
    assertThat(roundUntil(publisher, () -> !one.loaded().isEmpty()).answers()).isTrue();
  }

  @Test
  void aServerThatIsUnwellIsAskedAgainAfterGrowingPauses() throws IOException {
    one.unwell = true;
    promote(shelf.adapter(1));
    Publisher publisher = publisher();

    PublishReport report = round(publisher);
    assertThat(report.servers())
        .extracting(ServerReport::state)
        .containsExactly(State.AWAY, State.SERVING);
    assertThat(report.servers().get(0).error()).contains("HTTP 500");

    one.unwell = false;
    assertThat(roundUntil(publisher, () -> !one.loaded().isEmpty()).answers()).isTrue();
  }

  @Test
  void aServerThatStallsInItsAnswerIsNotWaitedForLongerThanTheTimeout() throws IOException {
    settings.put("publish.timeout", "200ms");
    one.stalls = true;
    promote(shelf.adapter(1));
    long begin = System.nanoTime();

    List<ServerReport> servers = round(publisher()).servers();

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    assertThat(servers.get(0).error()).contains("no whole answer within publish.timeout, 200 ms");
    assertThat(two.loaded()).containsExactly("alluvium-v000001");
  }

  @Test
  void anAdapterThatTakesLongerThanTheTimeoutIsFoundLoadedLater() throws IOException {
    settings.put("publish.timeout", "200ms");
    one.loading = Duration.ofMillis(400);
    promote(shelf.adapter(1));
    Publisher publisher = publisher();

    assertThat(round(publisher).servers().get(0).state()).isEqualTo(State.FAILED);
    sleep(400);
    assertThat(roundUntil(publisher, () -> current().read().isPresent()).answers()).isTrue();
    assertThat(one.orders()).containsExactly("load alluvium-v000001");
  }

  @Test
  void whatServersCannotServeIsRefusedWithTheReason() throws IOException {
    Publisher publisher = publisher();
    promoteAndRound(publisher, 1);

    promote(shelf.record(2, "full", VersionStatus.PROMOTED));
    PublishReport report = round(publisher);
    assertThat(report.error()).startsWith("v000002 has all weights (train.method full)");
    assertThat(report.servers().get(0).state()).isEqualTo(State.NOT_ASKED);
    assertThat(report.answers()).isFalse();

    promote(shelf.adapter(3, 8, "q_proj", "[\"lm_head\"]"));
    assertThat(round(publisher).error()).contains("modules_to_save is [\"lm_head\"]");

    promote(shelf.adapter(4, 64, "q_proj", "null"));
    assertThat(round(publisher).servers().get(0).error())
        .contains("HTTP 400: LoRA rank 64 is greater than max_lora_rank 16.");

    promote(shelf.record(5, "lora", VersionStatus.PROMOTED));
    assertThat(round(publisher).servers().get(0).error())
        .contains("HTTP 404: Loading lora failed: No adapter found for " + shelf.directory(5));

    assertThat(current().read().map(Published::version)).contains("v000001");
    assertThat(one.loaded()).containsExactly("alluvium-v000001");
  }

  @Test
  void aServerThatTakesNoAdaptersIsToldHowToStart() throws IOException {
    one.updatable = false;
    two.key = "k-123";
    promote(shelf.adapter(1));

    List<ServerReport> servers = round(publisher()).servers();

    assertThat(servers.get(0).error())
        .endsWith("start the server with --enable-lora and VLLM_ALLOW_RUNTIME_LORA_UPDATING=true");
    assertThat(servers.get(1).error())
        .endsWith("check publish.apiKeyFile or publish.apiKeyVariable");
  }

  @Test
  void theKeyIsSentAlong() throws IOException {
    one.key = "k-123";
    two.key = "k-123";
    promote(shelf.adapter(1));
    Publisher publisher =
        new Publisher(
            bound(),
            Optional.of("k-123"),
            naming(),
            current(),
            this::versions,
            () -> now,
            trials());
    publishers.add(publisher);

    assertThat(round(publisher).answers()).isTrue();
  }

  @Test
  void serversMaySeeTheStoreUnderAnotherPath() throws IOException {
    settings.put("publish.storeOnServer", "/mnt/alluvium");
    for (StandInVllm server : List.of(one, two)) {
      server.mount = "/mnt/alluvium";
      server.store = shelf.store().toString();
    }
    Publisher publisher = publisher();
    promoteAndRound(publisher, 1);
    settings.put("publish.drain", "0s");
    promoteAndRound(publisher(), 2);
    assertThat(one.loaded()).containsExactly("alluvium-v000002");

    ModelVersion elsewhere =
        ModelVersion.newBuilder(shelf.adapter(3)).setPath("/other/v000003-00000003").build();
    promote(elsewhere);
    assertThat(round(publisher).error())
        .contains("v000003 is at /other/v000003-00000003, which is not in train.store");
  }

  @Test
  void aFileThatSaysSomethingElseIsNotOverwritten() throws IOException {
    promote(shelf.adapter(1));
    Files.writeString(currentFile(), "{\"model\":\"x\"}");

    assertThatThrownBy(() -> round(publisher()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is not what `alluvium publish` writes");
    assertThat(currentFile()).hasContent("{\"model\":\"x\"}");
  }

  @Test
  void aStopDoesNotWaitForASlowServer() throws IOException {
    one.loading = Duration.ofSeconds(20);
    promote(shelf.adapter(1));
    Publisher publisher = publisher();
    long begin = System.nanoTime();

    assertThat(publisher.round(() -> System.nanoTime() - begin > 100_000_000)).isEmpty();
    publisher.close();

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
  }

  private Publisher publisher() {
    Publisher publisher =
        new Publisher(
            bound(), Optional.empty(), naming(), current(), this::versions, () -> now, trials());
    publishers.add(publisher);
    return publisher;
  }

  private static Supplier<Trial> trials() {
    return Publisher.trials(Duration.ofMillis(20), Duration.ofMillis(80));
  }

  private Optional<KnownVersions> versions() {
    return readable ? Optional.of(known) : Optional.empty();
  }

  private PublishSettings bound() {
    Map<String, String> all = new HashMap<>(settings);
    all.put("publish.servers", one.url() + ", " + two.url() + "/");
    AlluviumSettings loaded = new SettingsLoader(Map.of()).load(Optional.empty(), all).settings();
    return loaded.publish();
  }

  private Naming naming() {
    return new Naming(bound().prefix(), shelf.store(), bound().storeOnServer());
  }

  private Path currentFile() {
    return directory.resolve("current.json");
  }

  private CurrentFile current() {
    return new CurrentFile(currentFile());
  }

  private void promote(ModelVersion version) {
    known.add(version.getVersion(), version);
  }

  private void promoteAndRound(Publisher publisher, int number) throws IOException {
    promote(shelf.adapter(number));
    PublishReport report = round(publisher);
    assertThat(report.answers()).as(report.toString()).isTrue();
  }

  private static PublishReport round(Publisher publisher) {
    return publisher.round(() -> false).orElseThrow();
  }

  private static PublishReport roundUntil(Publisher publisher, BooleanSupplier done) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    PublishReport report = round(publisher);
    while (!done.getAsBoolean() && System.nanoTime() < deadline) {
      sleep(5);
      report = round(publisher);
    }
    return report;
  }

  private static void sleep(int millis) {
    LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
  }

  /** What an application does; the text that came back, or what went wrong. */
  private static String ask(HttpClient client, StandInVllm server, String model) {
    try {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create(server.url() + "/completions"))
                  .POST(
                      BodyPublishers.ofString(
                          "{\"model\":\"%s\",\"prompt\":\"Hi.\"}".formatted(model)))
                  .build(),
              BodyHandlers.ofString());
      return response.statusCode() == 200
          ? new ObjectMapper()
              .readTree(response.body())
              .path("choices")
              .path(0)
              .path("text")
              .asText()
          : response.statusCode() + " " + response.body();
    } catch (IOException e) {
      return e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return e.toString();
    }
  }
}
