package dev.alluvium.cli.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.testing.Candidates;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.Ports;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.TopicProvisioner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.kafka.common.KafkaException;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * S3FT while its processes are killed: broker, stream processors and two workers, each a process of
 * its own, SIGKILL at random moments. {@code -Dkills=30 -Dpairs=2000} runs more than a build has
 * patience for.
 */
class ChaosIT {
  private static final int KILLS = Integer.getInteger("kills", 4);
  private static final int PAIRS = Integer.getInteger("pairs", 200);
  private static final List<String> SKILLS = List.of("program", "stone", "subtract");
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(40);
  private static final int BATCH = 16;
  private static final Duration PATIENCE = Duration.ofMinutes(Integer.getInteger("patience", 4));

  @TempDir private Path directory;
  private Cluster cluster;
  private int port;
  private int decided;
  private final Map<String, ServiceProcess> processes = new TreeMap<>();

  @Test
  void everyPairHasExactlyOneTargetWhateverIsKilled() throws Exception {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(4);
    port = Ports.free();
    cluster = Cluster.of(KafkaSettings.at("localhost:" + port), "chaos");
    try {
      start("broker");
      await().atMost(PATIENCE).ignoreExceptions().until(this::createTopics);
      List.of("streams", "generate-1", "generate-2").forEach(this::start);
      produce();
      List<String> names = List.copyOf(processes.keySet());
      Map<String, Integer> killed = new TreeMap<>();
      for (int kill = 0; kill < KILLS; kill++) {
        awaitProgress(random.nextInt(1 + 2 * PAIRS / KILLS));
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(1_000)).toNanos());
        String name = names.get(random.nextInt(names.size()));
        killed.merge(name, 1, Integer::sum);
        processes.get(name).kill();
        start(name);
      }
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(2))
          .until(
              () -> {
                supervise();
                return decided() >= PAIRS;
              });
      check(killed);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "%d of %d pairs have a target; the logs end:%n%s".formatted(decided(), PAIRS, logs()), e);
    } finally {
      for (ServiceProcess process : processes.values()) {
        process.close();
      }
    }
  }

  /** Until so many more pairs have a target, so that kills fall among them; but not forever. */
  private void awaitProgress(int more) {
    int goal = Math.min(PAIRS, decided() + more);
    long until = System.nanoTime() + LONGEST_PAUSE.toNanos();
    while (decided() < goal && System.nanoTime() < until) {
      supervise();
      LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
    }
  }

  /**
   * As init systems and orchestrators do: what has given up, without a broker, is started again.
   */
  private void supervise() {
    for (String name : List.copyOf(processes.keySet())) {
      if (!processes.get(name).isAlive()) {
        start(name);
      }
    }
  }

  private String logs() throws IOException {
    StringBuilder logs = new StringBuilder();
    for (Map.Entry<String, ServiceProcess> process : processes.entrySet()) {
      List<String> lines = process.getValue().log().lines().toList();
      logs.append("== ").append(process.getKey()).append('\n');
      lines
          .subList(Math.max(0, lines.size() - 40), lines.size())
          .forEach(line -> logs.append(line).append('\n'));
    }
    return logs.toString();
  }

  private void check(Map<String, Integer> killed) {
    List<Candidate> candidates = Candidates.of(cluster);
    assertThat(candidates.stream().map(Candidate::getPairId).toList())
        .doesNotHaveDuplicates()
        .hasSize(PAIRS);
    Map<String, Long> origins = new TreeMap<>();
    Map<String, Long> reasons = new TreeMap<>();
    for (Candidate candidate : candidates) {
      origins.merge(candidate.getTarget().getOrigin().name(), 1L, Long::sum);
      reasons.merge(candidate.getTarget().getReason(), 1L, Long::sum);
    }
    long requests =
        all(cluster.topics().generationRequests()).stream()
            .map(GenerationRequest::getRequestId)
            .distinct()
            .count();
    List<GenerationResult> results = all(cluster.topics().generationResults());
    long started = results.stream().filter(r -> r.getFinish() == FinishReason.STARTED).count();
    long ended = results.size() - started;
    System.out.printf(
        "killed %s; %d pairs: %s %s; %d requests, handed out %d times, %d results%n",
        killed, PAIRS, origins, reasons, requests, started, ended);
    // Every kill can repeat at most what the killed process had in hand.
    assertThat(started).isBetween(requests, requests + (long) KILLS * 2 * BATCH);
    assertThat(ended).isBetween(requests, started);
  }

  private void start(String name) {
    try {
      String command = name.replaceAll("-\\d$", "");
      Path own = Files.createDirectories(directory.resolve(name));
      List<String> options =
          command.equals("broker")
              ? List.of("--port", Integer.toString(port), "--data", own.resolve("data").toString())
              : List.of();
      processes.put(name, new ServiceProcess(command, options, cluster, own, settings(command)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, String> settings(String command) {
    Map<String, String> settings = new HashMap<>();
    if (command.equals("streams")) {
      settings.put("streams.stateDir", directory.resolve("state").toString());
      settings.put("curate.holdOut", "0");
      settings.put("s3ft.prompts", Path.of("../models/suite/prompts").toAbsolutePath().toString());
      settings.put("s3ft.scored", "0");
      settings.put("s3ft.maxTokens", "64");
      settings.put("s3ft.deadline", "1m");
    } else if (command.equals("generate")) {
      settings.put("train.model", Path.of("../models/suite").toAbsolutePath().toString());
      settings.put("generate.threads", "1");
      settings.put("generate.lock", "5s");
      settings.put("generate.batch", Integer.toString(BATCH));
    }
    return settings;
  }

  private boolean createTopics() {
    new TopicProvisioner(cluster.kafka(), cluster.topics()).create(Optional.empty());
    return true;
  }

  private void produce() {
    Path suite = directory.resolve("suite");
    String each = Integer.toString(PAIRS / SKILLS.size() + 1);
    Cli.Result written =
        Cli.run(
            "suite",
            "--output",
            suite.toString(),
            "--seed",
            "5",
            "--base",
            "1",
            "--stream",
            each,
            "--held-out",
            "1");
    assertThat(written.exitCode()).as(written.err()).isZero();
    try {
      List<String> lines = new ArrayList<>();
      for (String skill : SKILLS) {
        lines.addAll(Files.readAllLines(suite.resolve("stream-" + skill + ".jsonl")));
      }
      Path file = directory.resolve("pairs.jsonl");
      Files.write(file, lines.subList(0, PAIRS));
      Cli.Result produced =
          Cli.run(
              "produce",
              file.toString(),
              "--json",
              "--set",
              "namespace=chaos",
              "--set",
              "kafka.bootstrap.servers=" + cluster.kafka().bootstrapServers());
      assertThat(produced.json().path("produced").asInt()).isEqualTo(PAIRS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many pairs have a target; a broker that has just been started may not answer yet. */
  private int decided() {
    try {
      decided = Candidates.of(cluster).size();
    } catch (KafkaException | CommandFailure e) {
      System.out.println("not yet: " + e.getMessage());
    }
    return decided;
  }

  private <V> List<V> all(Topic<String, V> topic) {
    List<V> values = new ArrayList<>();
    cluster.reader().read(topic, record -> values.add(record.value()));
    return values;
  }
}
