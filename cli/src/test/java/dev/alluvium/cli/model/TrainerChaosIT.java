package dev.alluvium.cli.model;

import static dev.alluvium.cli.model.TrainerRuns.digests;
import static dev.alluvium.cli.model.TrainerRuns.outcomes;
import static dev.alluvium.cli.model.TrainerRuns.progress;
import static dev.alluvium.cli.model.TrainerRuns.versions;
import static dev.alluvium.cli.model.TrainerRuns.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.trainer.files.DurableDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.ListSampler;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A trainer that is disturbed twice a run comes to the same weights as an undisturbed one, with
 * every window trained once. {@code -Druns=100} runs more than a build has patience for; three runs
 * in a row have all kinds.
 */
@EnabledOnOs(OS.LINUX) // prlimit
class TrainerChaosIT {
  private static final int WINDOWS = 6;
  private static final int RUNS_FOR_ALL_KINDS = 3;
  private static final int RUNS_IN_A_BUILD = 3;
  private static final int LONGEST_WAIT_MILLIS = 400; // about what a window takes

  /** Disturbances fall among windows of half a second. */
  private static final Duration NEAR = Duration.ofMillis(100);

  private static final Duration PATIENCE = Duration.ofSeconds(180);

  /** Of runs with odd seeds, and of those with even ones, which depend on what is remembered. */
  private static final List<Map<String, String>> SETTINGS =
      List.of(
          Map.of("passesPerWindow", "20", "heartbeat", "300ms"),
          Map.of(
              "passesPerWindow", "20",
              "heartbeat", "300ms",
              "sftmix.mu", "0.2",
              "sftmix.split", "window"));

  @RegisterExtension private static final TrainerRuns runs = new TrainerRuns();
  private static final List<Cluster> references = new ArrayList<>();
  private static final Map<Disturbance, Integer> counts = new EnumMap<>(Disturbance.class);

  private Map<String, String> settings;
  private Cluster undisturbed;
  private Cluster cluster;
  private ServiceProcess trainer;
  private String damaged = "none";

  /** What happens to a trainer. */
  enum Disturbance {
    /** SIGKILL. */
    KILLED,
    /** Stopped, replaced by another, and continued: it must find out and end. */
    ZOMBIE,
    /** The broker goes and comes back. */
    BROKER,
    /** Files cannot grow any more. */
    FULL_DISK,
    /** The newest checkpoint is cut off while the trainer is down. */
    TORN,
    /** The newest checkpoint is deleted while the trainer is down. */
    DELETED
  }

  @BeforeAll
  static void start() throws Exception {
    for (Map<String, String> settings : SETTINGS) {
      Cluster undisturbed = runs.namespace("undisturbed-" + references.size());
      write(undisturbed, 1, WINDOWS);
      runs.trainTo(undisturbed, WINDOWS, settings);
      references.add(undisturbed);
    }
    assertThat(digests(references.get(1))).isNotEqualTo(digests(references.get(0)));
  }

  @AfterAll
  static void stop() {
    System.out.println("disturbed: " + counts);
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, Integer.getInteger("runs", RUNS_IN_A_BUILD));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theSameWeightsAndEveryWindowOnceWhateverHappens(long seed) throws Exception {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    int kind = (int) ((seed - 1) % SETTINGS.size());
    settings = SETTINGS.get(kind);
    undisturbed = references.get(kind);
    cluster = runs.namespace("chaos-" + seed);
    write(cluster, 1, WINDOWS);
    trainer = runs.train(cluster, settings);
    try {
      int trained = 2 + random.nextInt(WINDOWS / 3);
      for (Disturbance disturbance : kinds(seed)) {
        awaitOutcomes(trained);
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(LONGEST_WAIT_MILLIS)).toNanos());
        disturb(disturbance);
        counts.merge(disturbance, 1, Integer::sum);
        trained = WINDOWS / 2 + random.nextInt(WINDOWS / 2);
      }
      awaitOutcomes(WINDOWS);
      awaitVersions();
    } finally {
      trainer.close();
    }

    assertThat(outcomes(cluster))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, WINDOWS).mapToObj(id -> id + "=TRAINED").toList());
    assertThat(versions(cluster)).isEqualTo(versions(undisturbed));
    assertThat(digests(cluster)).isEqualTo(digests(undisturbed));
  }

  private static List<Disturbance> kinds(long seed) {
    long block = (seed - 1) / RUNS_FOR_ALL_KINDS;
    List<Disturbance> all = new ArrayList<>(Arrays.asList(Disturbance.values()));
    ListSampler.shuffle(RandomSource.XO_RO_SHI_RO_128_PP.create(-1 - block), all);
    int each = all.size() / RUNS_FOR_ALL_KINDS;
    int from = each * (int) ((seed - 1) % RUNS_FOR_ALL_KINDS);
    return all.subList(from, from + each);
  }

  private void disturb(Disturbance disturbance) throws Exception {
    switch (disturbance) {
      case KILLED -> trainer.kill();
      case ZOMBIE -> replaceStopped();
      case BROKER -> runs.restartBroker();
      case FULL_DISK -> fillDisk();
      case TORN, DELETED -> {
        trainer.kill();
        damage(disturbance);
      }
    }
    supervise();
  }

  private void replaceStopped() throws Exception {
    awaitLease();
    ServiceProcess zombie = trainer;
    try {
      zombie.signal("STOP");
      trainer = runs.train(cluster, settings);
      awaitLease();
      zombie.signal("CONT");
      assertThat(zombie.ended(PATIENCE.toMillis())).as(zombie.log()).isTrue();
      assertThat(zombie.exitCode()).as(zombie.log()).isEqualTo(ExitCodes.FENCED);
    } finally {
      zombie.close();
    }
  }

  /** Only a trainer that has nothing to write any more does not notice. */
  private void fillDisk() throws Exception {
    awaitLease();
    trainer.limitFiles(1_000);
    int all = versions(undisturbed).size();
    await().atMost(PATIENCE).until(() -> !trainer.isAlive() || versions(cluster).size() == all);
    if (!trainer.isAlive()) {
      assertThat(trainer.exitCode()).as(trainer.log()).isEqualTo(ExitCodes.FAILED);
    }
    trainer.kill();
  }

  /** One that something whole is left beside, to fall back to. */
  private void damage(Disturbance disturbance) throws IOException {
    Progress logged = progress(cluster).orElseThrow();
    Path folder = runs.folder(cluster, "checkpoints");
    assertThat(logged.getOlder().stream().map(folder::resolve)).anyMatch(Files::isDirectory);
    damaged = Objects.requireNonNull(logged.getCheckpoint());
    if (disturbance == Disturbance.DELETED) {
      DurableDirectory.delete(folder.resolve(damaged));
    } else {
      Path state = folder.resolve(damaged).resolve("state.safetensors");
      byte[] bytes = Files.readAllBytes(state);
      Files.write(state, Arrays.copyOf(bytes, bytes.length / 2));
    }
  }

  private void awaitLease() {
    await()
        .pollInterval(NEAR)
        .atMost(PATIENCE)
        .until(
            () -> {
              supervise();
              return progress(cluster).orElseThrow().getHolder().endsWith(":" + trainer.pid());
            });
  }

  /** As an init system does: what has ended is started again. */
  private void supervise() throws IOException {
    if (!trainer.isAlive()) {
      trainer = runs.train(cluster, settings);
    }
  }

  private void awaitOutcomes(int number) {
    await()
        .pollInterval(NEAR)
        .atMost(PATIENCE)
        .until(
            () -> {
              supervise();
              return outcomes(cluster).size() >= number
                  && !damaged.equals(progress(cluster).orElseThrow().getCheckpoint());
            });
  }

  private void awaitVersions() {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              supervise();
              return versions(cluster).size() >= versions(undisturbed).size();
            });
  }
}
