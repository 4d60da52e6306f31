package dev.alluvium.cli.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.cli.testing.SharedBroker;
import dev.alluvium.cli.testing.SmallModel;
import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.TopicProvisioner;
import dev.alluvium.trainer.evaluate.LoadedModel;
import dev.alluvium.trainer.generate.backend.Asked;
import dev.alluvium.trainer.generate.backend.Backend;
import dev.alluvium.trainer.generate.backend.Reply;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.text.TemplateChoice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generation workers on a real broker: shared, killed, slow, asked badly, and told of versions. */
class GenerateIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int PARTITIONS = 6;

  @TempDir private static Path root;
  private static Path model;

  @BeforeAll
  static void makeModel() throws Exception {
    model = SmallModel.create(root.resolve("model"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"share", "group"})
  void twoWorkersShareTheRequestsAndEachIsAnswered(String source) throws Exception {
    boolean share = source.equals("share");
    Cluster cluster = cluster("two-" + source);
    if (share) {
      // Kafka gives each partition to one worker as long as there are enough of them for all.
      onePartition(cluster.topics().generationRequests().name());
    }
    new TopicProvisioner(cluster.kafka(), cluster.topics()).create(Optional.empty());
    Map<String, String> settings = settings(source, Map.of("generate.batch", "4"));
    try (Asker asker = new Asker(cluster);
        Worker one = new Worker(cluster, settings, Optional.empty());
        Worker two = new Worker(cluster, settings, Optional.empty())) {
      await().atMost(PATIENCE).until(() -> one.stats().isPresent() && two.stats().isPresent());
      int asked = 0;
      // Until both have had some.
      while (answered(one) == 0 || answered(two) == 0) {
        for (int i = 0; i < 24; i++, asked++) {
          asker.ask(share ? 0 : asked % PARTITIONS, Asker.request("q" + asked, 6).build());
        }
        asker.flush();
        int all = asked;
        await().atMost(PATIENCE).until(() -> answered(one) + answered(two) >= all);
        assertThat(asked).as("asked until both had some").isLessThan(500);
      }

      assertAllAnswered(asker, asked);
      assertThat(typeOfGroup(cluster)).isEqualTo(share ? GroupType.SHARE : GroupType.CLASSIC);
      assertThat(asker.results())
          .filteredOn(r -> r.getFinish() == FinishReason.STARTED)
          .extracting(GenerationResult::getRequestId)
          .containsAll(ids(asked));
      assertThat(asker.ends()).allMatch(r -> r.getModel().equals("base") && r.getOurs());
    }
  }

  private static GroupType typeOfGroup(Cluster cluster) throws Exception {
    try (Admin admin = Admin.create(cluster.kafka().admin())) {
      return admin.listGroups().all().get().stream()
          .filter(group -> group.groupId().equals(cluster.topics().id("generate")))
          .findFirst()
          .flatMap(GroupListing::type)
          .orElseThrow();
    }
  }

  private static long answered(Worker worker) {
    return worker.stats().orElseThrow().answered();
  }

  @ParameterizedTest
  @ValueSource(strings = {"share", "group"})
  void aKilledWorkersRequestsAreAnsweredByTheNext(String source) throws Exception {
    Cluster cluster = namespace("kill-" + source);
    Map<String, String> settings =
        settings(source, Map.of("generate.batch", "4", "kafka.session.timeout.ms", "6000"));
    Path directory = Files.createDirectories(root.resolve("kill-" + source));
    int asked = 32;
    try (Asker asker = new Asker(cluster)) {
      for (int i = 0; i < asked; i++) {
        asker.ask(i % PARTITIONS, Asker.request("q" + i, 60).build());
      }
      asker.flush();
      try (ServiceProcess first = new ServiceProcess("generate", cluster, directory, settings)) {
        await().atMost(PATIENCE).until(() -> !asker.results().isEmpty() || !first.isAlive());
        first.kill();
      }
      int before = asker.ends().size();
      try (ServiceProcess second = new ServiceProcess("generate", cluster, directory, settings)) {
        await().atMost(PATIENCE).until(() -> distinct(asker) == asked || !second.isAlive());
        second.stop();
        assertThat(second.ended(PATIENCE.toMillis())).as(second.log()).isTrue();
        assertThat(second.exitCode()).as(second.log()).isEqualTo(ExitCodes.DONE);
      }
      assertThat(before).as("answered before the kill").isLessThan(asked);
      assertAllAnswered(asker, asked);
    }
  }

  private static long distinct(Asker asker) {
    return asker.ends().stream().map(GenerationResult::getRequestId).distinct().count();
  }

  /** The answer takes many locks; another worker stands by and must get nothing. */
  @Test
  void aSlowBatchIsRenewedAndStaysWithItsWorker() throws Exception {
    Cluster cluster = namespace("slow");
    Map<String, String> settings = settings("share", Map.of("generate.lock", "2s"));
    Backend slow = new Scripted(GenerateIT::done, Duration.ofSeconds(7));
    try (Asker asker = new Asker(cluster)) {
      for (int i = 0; i < 5; i++) {
        asker.ask(0, Asker.request("q" + i, 5).build());
      }
      asker.flush();
      try (Worker one = new Worker(cluster, settings, Optional.of(() -> slow))) {
        await().atMost(PATIENCE).until(() -> !asker.results().isEmpty());
        assertThat(millisOfLock(cluster)).isEqualTo("2000");
        try (Worker two = new Worker(cluster, settings, Optional.of(() -> slow))) {
          await().atMost(PATIENCE).until(() -> asker.ends().size() >= 5);
          assertThat(two.stats().orElseThrow().answered()).isZero();
        }
      }
      assertThat(asker.results())
          .filteredOn(r -> r.getFinish() == FinishReason.STARTED)
          .as("hand-outs")
          .hasSize(5);
      assertThat(asker.ends()).hasSize(5).allMatch(r -> r.getLatencyMillis() >= 7000);
    }
  }

  private static String millisOfLock(Cluster cluster) throws Exception {
    ConfigResource group =
        new ConfigResource(ConfigResource.Type.GROUP, cluster.topics().id("generate"));
    try (Admin admin = Admin.create(cluster.kafka().admin())) {
      return admin
          .describeConfigs(List.of(group))
          .all()
          .get()
          .get(group)
          .get("share.record.lock.duration.ms")
          .value();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"share", "group"})
  void aRequestThatIsGivenBackComesAgainAndIsNotLostAtTheEnd(String source) throws Exception {
    Cluster cluster = namespace("release-" + source);
    Backend never = new Scripted(asked -> new Reply.NotNow("the server sleeps"), Duration.ZERO);
    try (Asker asker = new Asker(cluster);
        Worker worker = new Worker(cluster, settings(source, Map.of()), Optional.of(() -> never))) {
      asker.ask(0, Asker.request("q0", 5).build());
      asker.flush();

      await().atMost(PATIENCE).until(() -> !asker.ends().isEmpty());

      assertThat(asker.ends())
          .singleElement()
          .satisfies(
              r -> {
                assertThat(r.getFinish()).isEqualTo(FinishReason.LATER);
                assertThat(r.getError())
                    .isEqualTo("given up after 5 deliveries: the server sleeps");
              });
      assertThat(worker.stats().orElseThrow().released()).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"share", "group"})
  void noMoreIsTakenInHandThanIsSet(String source) throws Exception {
    Cluster cluster = namespace("batch-" + source);
    AtomicInteger largest = new AtomicInteger();
    Supplier<Backend> counting =
        () ->
            new Scripted(
                GenerateIT::done, Duration.ZERO, n -> largest.accumulateAndGet(n, Math::max));
    try (Asker asker = new Asker(cluster)) {
      for (int i = 0; i < 10; i++) {
        asker.ask(0, Asker.request("q" + i, 5).build());
      }
      asker.flush();
      try (Worker worker =
          new Worker(
              cluster, settings(source, Map.of("generate.batch", "3")), Optional.of(counting))) {
        await().atMost(PATIENCE).until(() -> asker.ends().size() >= 10);
        assertThat(worker.stats().orElseThrow().answered()).isEqualTo(10);
      }
      assertThat(largest).hasValue(3);
    }
  }

  @Test
  void rubbishBecomesDeadLettersAndSpoilsNothingBesideIt() throws Exception {
    Cluster cluster = namespace("bad");
    try (Asker asker = new Asker(cluster);
        Worker worker = new Worker(cluster, settings("share", Map.of()), Optional.empty())) {
      asker.raw(1, new byte[] {1, 2, 3});
      asker.raw(1, null);
      asker.ask(1, Asker.request("nowhere", 5).setReplyTo(99).build());
      asker.ask(1, Asker.request("q0", 5).build());
      asker.ask(1, Asker.request("endless", 0).build());
      asker.ask(
          1,
          Asker.request("program", 5)
              .setKind(GenerationKind.EXECUTE)
              .setText("def add(a, b):\n  return a + b")
              .setTests(List.of("assert add(1, 2) == 3"))
              .build());
      asker.flush();

      await().atMost(PATIENCE).until(() -> asker.ends().size() == 3);

      assertThat(asker.deadLetters())
          .extracting(DeadLetter::getStage, DeadLetter::getReason, d -> d.getSource().getOffset())
          .containsExactly(
              tuple("generate", "undecodable", 0L),
              tuple("generate", "empty", 1L),
              tuple("generate", "no_such_partition", 2L));
      Map<String, GenerationResult> ends = new HashMap<>();
      asker.ends().forEach(r -> ends.put(r.getRequestId(), r));
      assertThat(ends.get("q0").getTokenIds()).isNotEmpty();
      assertThat(ends.get("endless").getFinish()).isEqualTo(FinishReason.ERROR);
      assertThat(ends.get("program").getVerdict().getReason())
          .isIn("tests_passed", "sandbox_unavailable");
      assertThat(worker.stats().orElseThrow().deadLetters()).isEqualTo(3);
    }
  }

  @Test
  void theVersionThatWasPromotedLastAnswers() throws Exception {
    Cluster cluster = namespace("versions");
    Path adapter = root.resolve("adapter");
    try (LoadedModel base =
            LoadedModel.load(
                model, Optional.empty(), Compute.cpu(), TemplateChoice.of(TemplateChoice.MODEL));
        LoraAdapter fresh =
            LoraAdapter.fresh(base.model().decoder(), LoraSettings.allProjections(2, 4), 1)) {
      fresh.save(adapter, model.toString());
    }
    try (Asker asker = new Asker(cluster);
        Worker worker = new Worker(cluster, settings("share", Map.of()), Optional.empty())) {
      assertThat(modelOf(asker, "q0")).isEqualTo("base");
      asker.promote("v000001", adapter);
      assertThat(modelOf(asker, "q1")).isEqualTo("v000001");
      asker.promote("v000002", root.resolve("nowhere"));
      assertThat(modelOf(asker, "q2")).isEqualTo("v000001");
      asker.promote("v000003", adapter);
      assertThat(modelOf(asker, "q3")).isEqualTo("v000003");
      assertThat(worker.stats().orElseThrow().model()).isEqualTo("v000003");
    }
  }

  private static String modelOf(Asker asker, String id) {
    asker.ask(0, Asker.request(id, 5).build());
    asker.flush();
    Supplier<Optional<GenerationResult>> end =
        () -> asker.ends().stream().filter(r -> r.getRequestId().equals(id)).findFirst();
    await().atMost(PATIENCE).until(() -> end.get().isPresent());
    return end.get().orElseThrow().getModel();
  }

  private static void assertAllAnswered(Asker asker, int asked) {
    // A worker counts an answer before the transaction that holds it can be read.
    await().atMost(PATIENCE).until(() -> asker.ends().size() >= asked);
    List<GenerationResult> ends = asker.ends();
    assertThat(ends.stream().map(GenerationResult::getRequestId).distinct())
        .containsExactlyInAnyOrderElementsOf(ids(asked));
    assertThat(ends).noneMatch(r -> r.getFinish() == FinishReason.ERROR);
  }

  private static List<String> ids(int count) {
    return IntStream.range(0, count).mapToObj(i -> "q" + i).toList();
  }

  private static Cluster namespace(String name) {
    Cluster cluster = cluster(name);
    new TopicProvisioner(cluster.kafka(), cluster.topics()).create(Optional.empty());
    return cluster;
  }

  private static Cluster cluster(String name) {
    return Cluster.of(KafkaSettings.at(SharedBroker.bootstrapServers()), "generate-" + name);
  }

  private static void onePartition(String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", SharedBroker.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
  }

  private static Map<String, String> settings(String source, Map<String, String> more) {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "train.model",
                model.toString(),
                "generate.source",
                source,
                "generate.lock",
                "5s",
                "generate.threads",
                "1"));
    settings.putAll(more);
    return settings;
  }

  private static Reply done(Asked asked) {
    return new Reply.Done(asked.result(FinishReason.STOP).setText("ok").build());
  }

  /** Says what it is told to, after some time. */
  private record Scripted(Function<Asked, Reply> reply, Duration time, IntConsumer batches)
      implements Backend {
    Scripted(Function<Asked, Reply> reply, Duration time) {
      this(reply, time, size -> {});
    }

    @Override
    public List<Reply> answer(List<Asked> batch, BooleanSupplier cancelled) {
      batches.accept(batch.size());
      long until = System.nanoTime() + time.toNanos();
      while (System.nanoTime() < until && !cancelled.getAsBoolean()) {
        LockSupport.parkNanos(10_000_000);
      }
      return batch.stream().map(reply).toList();
    }

    @Override
    public String model() {
      return "scripted";
    }

    @Override
    public void close() {}
  }
}
