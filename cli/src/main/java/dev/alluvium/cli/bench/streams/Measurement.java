package dev.alluvium.cli.bench.streams;

import static java.util.Objects.requireNonNull;

import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.TopicProvisioner;
import dev.alluvium.streams.runtime.Application;
import dev.alluvium.streams.runtime.ClientSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;

/** Measures a stage and then its copy, in one trial. */
final class Measurement {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final short ONE_COPY = 1;

  private final Stage stage;
  private final Trial trial;
  private final Watch watch;
  private final Clocks clocks;
  private final BrokerBytes bytes;

  Measurement(Stage stage, Trial trial, Watch watch, Clocks clocks) {
    this.stage = stage;
    this.trial = trial;
    this.watch = watch;
    this.clocks = clocks;
    this.bytes = new BrokerBytes(trial.kafka());
  }

  /**
   * How much something took.
   *
   * @param records records of the input
   * @param recordBytes mean size of their values
   * @param spent time it took
   * @param brokerBytes what the broker then held more
   */
  record Timed(long records, double recordBytes, Clocks.Spent spent, long brokerBytes) {
    double recordsPerSecond() {
      return records / spent.seconds();
    }

    /** Processor time of a record, in microseconds, in this process and in the broker. */
    double cpuMicrosPerRecord() {
      return 1e6 * (spent.ownCpuSeconds() + spent.brokerCpuSeconds()) / records;
    }
  }

  /**
   * A stage's time, and what came out of it.
   *
   * @param counts results by kind
   */
  record Staged(Timed timed, Map<String, Long> counts) {}

  /** Writes the input, runs the stage on it, and checks that nothing is missing. */
  Staged stage() throws Exception {
    new TopicProvisioner(trial.kafka(), trial.topics()).create(Optional.of(ONE_COPY));
    Stage.Written written = stage.fill(trial, watch);
    long before = bytes.now();
    Clocks.Spent spent = runStage();
    long stored = bytes.now() - before;
    double recordBytes = (double) written.valueBytes() / written.records();
    return new Staged(new Timed(written.records(), recordBytes, spent, stored), stage.check(trial));
  }

  private Clocks.Spent runStage() throws Exception {
    Topic<?, ?> output = stage.output(trial.topics());
    String id = trial.topics().id(stage.name());
    Application application =
        new Application(
            id,
            stage.topology(trial),
            ClientSettings.of(id, stage.threads(trial), trial.settings(), trial.kafka()));
    try (AutoCloseable helper = stage.helper(trial);
        CommittedRecords results =
            new CommittedRecords(trial.kafka(), output.name(), output.partitions())) {
      requireNonNull(helper);
      application.start();
      application.running().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      Clocks.Reading start = clocks.read();
      results.await(
          stage.results(trial), stage.name() + " is measured", watch, application.failed());
      return clocks.since(start);
    } catch (TimeoutException e) {
      throw new CommandFailure(stage.name() + " does not run after " + PATIENCE, e);
    } finally {
      application.close(PATIENCE);
    }
  }

  /**
   * Copies the input in records of a size.
   *
   * @param input what the stage read
   * @param valueBytes size of each record written
   */
  Timed copy(Timed input, int valueBytes) throws Exception {
    Topic<?, ?> from = stage.input(trial.topics());
    createCopyTopic(from);
    long before = bytes.now();
    List<CopyLoop> loops = new ArrayList<>();
    int threads = Math.min(stage.threads(trial), from.partitions());
    for (int i = 0; i < threads; i++) {
      loops.add(
          new CopyLoop(
              trial, i, share(from, i, threads), new Payload(trial.seed() + i, valueBytes)));
    }
    Clocks.Spent spent;
    try (CommittedRecords results =
        new CommittedRecords(trial.kafka(), trial.copyTopic(), from.partitions())) {
      CompletableFuture<Void> failed =
          CompletableFuture.allOf(
              loops.stream().map(CopyLoop::failed).toArray(CompletableFuture<?>[]::new));
      Clocks.Reading start = clocks.read();
      loops.forEach(CopyLoop::start);
      results.await(input.records(), "the copy is measured", watch, failed);
      spent = clocks.since(start);
    } finally {
      for (CopyLoop loop : loops) {
        loop.stop();
      }
    }
    return new Timed(input.records(), valueBytes, spent, bytes.now() - before);
  }

  /** Removes what the trial left on the broker. */
  void clear() throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(trial.kafka().admin())) {
      String namespace = trial.topics().namespace();
      List<String> ours =
          admin.listTopics().names().get().stream()
              .filter(name -> name.startsWith(namespace + ".") || name.startsWith(namespace + "-"))
              .toList();
      admin.deleteTopics(ours).all().get();
    }
  }

  private void createCopyTopic(Topic<?, ?> like) throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(trial.kafka().admin())) {
      NewTopic topic =
          new NewTopic(trial.copyTopic(), like.partitions(), ONE_COPY)
              .configs(trial.topics().ledger().config());
      admin.createTopics(List.of(topic)).all().get();
    }
  }

  private static List<TopicPartition> share(Topic<?, ?> topic, int number, int of) {
    return IntStream.range(0, topic.partitions())
        .filter(partition -> partition % of == number)
        .mapToObj(partition -> new TopicPartition(topic.name(), partition))
        .toList();
  }
}
