package dev.alluvium.cli.demo;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.Failures;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.cli.process.ChildProcess;
import dev.alluvium.cli.process.Children;
import dev.alluvium.cli.process.Lifetime;
import dev.alluvium.cli.produce.PairProducer;
import dev.alluvium.cli.streams.ServedDashboard;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.topic.TopicProvisioner;
import dev.alluvium.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** One demo, from an empty directory to a trained adapter and its books. */
final class Demo {
  /** While this many pairs are sent, nobody looks after the children. */
  private static final int PAIRS_BETWEEN_LOOKS = 500;

  private static final int KIB = 1024;

  private final DemoProcesses processes;
  private final DemoPairs pairs;
  private final DemoDirectory directory;
  private final DemoDisplay display;
  private final Lifetime lifetime;
  private final Stopwatch stopwatch;
  private boolean dashboardAwaited;

  Demo(
      DemoProcesses processes,
      DemoPairs pairs,
      DemoDirectory directory,
      DemoDisplay display,
      Lifetime lifetime,
      Stopwatch stopwatch) {
    this.processes = processes;
    this.pairs = pairs;
    this.directory = directory;
    this.display = display;
    this.lifetime = lifetime;
    this.stopwatch = stopwatch;
  }

  /** Runs it; all children have ended when it returns. */
  DemoSummary run() throws IOException {
    try (Children children = new Children()) {
      display.say("starting a Kafka broker");
      AlluviumSettings settings = processes.startBroker(children, lifetime);
      stopwatch.reached("broker_up");
      display.say(
          "broker is up at %s; starting the stream processors and the trainer"
              .formatted(settings.cluster().bootstrapServers()));
      ChildProcess streams = processes.startServices(children, settings);
      Cluster cluster = Cluster.of(settings);
      new TopicProvisioner(cluster.kafka(), cluster.topics()).create(settings.topics().copies());
      try (FlowWatch watch = new FlowWatch(cluster)) {
        dashboardAwaited = settings.dashboard().enabled();
        Stages stages =
            new Stages(watch, children, lifetime, state -> show(state, streams), display::say);
        return flow(cluster, watch, children, stages);
      }
    }
  }

  private DemoSummary flow(Cluster cluster, FlowWatch watch, Children children, Stages stages)
      throws IOException {
    AtomicLong malformed = new AtomicLong();
    long produced = produce(cluster, stages, malformed);
    FlowState state = watch.state();
    stages.await("curate judges the pairs", () -> state.decided() >= produced);
    String flush = Flush.send(cluster);
    stages.await("the windows are mixed and trained", () -> Flush.isDone(state, flush));
    stages.await("the last version is judged", () -> isJudged(state));
    stopwatch.reached("total");
    long lastWindow = lastWindow(state);
    Optional<ModelVersion> version = state.versionAt(lastWindow);
    return new DemoSummary(
        produced,
        malformed.get(),
        state,
        deadLetters(cluster),
        version,
        version.map(v -> directory.keepAdapter(Path.of(v.getPath()))),
        stopwatch.moments(),
        children.peakMemoryMb());
  }

  private long produce(Cluster cluster, Stages stages, AtomicLong malformed) throws IOException {
    try (PairProducer producer = new PairProducer(cluster)) {
      AtomicLong sent = new AtomicLong();
      pairs.forEach(
          (place, pair) -> {
            int bytes =
                producer.send(
                    pair,
                    failure ->
                        display.say(
                            place + ": not taken by the broker: " + Failures.message(failure)));
            if (bytes < 0) {
              malformed.incrementAndGet();
              display.say(
                  "%s: larger than %d KiB when encoded, not sent"
                      .formatted(place, Topics.MAX_PAIR_BYTES / KIB));
            } else if (sent.incrementAndGet() % PAIRS_BETWEEN_LOOKS == 0) {
              display.produced(producer.delivered());
              stages.moved();
              stages.look("pairs are sent", Duration.ZERO);
            }
          },
          line -> {
            malformed.incrementAndGet();
            display.say(line);
          });
      producer.flush();
      display.produced(producer.delivered());
      if (producer.failed() > 0) {
        throw new CommandFailure(
            "%d of %d pairs were not taken by the broker".formatted(producer.failed(), sent.get()));
      }
      return producer.delivered();
    }
  }

  private void show(FlowState state, ChildProcess streams) {
    if (dashboardAwaited) {
      Optional<String> address = streams.said(ServedDashboard.SAID);
      address.ifPresent(it -> display.say("watch it at " + it));
      dashboardAwaited = address.isEmpty();
    }
    if (state.windowsTrained() > 0) {
      stopwatch.reached("first_window");
    }
    display.show(state);
  }

  private static boolean isJudged(FlowState state) {
    long lastWindow = lastWindow(state);
    return lastWindow == 0 || state.versionAt(lastWindow).isPresent();
  }

  private static long lastWindow(FlowState state) {
    return state.mix().map(report -> report.getLastWindow()).orElse(0L);
  }

  private static Map<String, Long> deadLetters(Cluster cluster) {
    Map<String, Long> reasons = new TreeMap<>();
    cluster
        .reader()
        .read(
            cluster.topics().deadLetters(),
            record -> reasons.merge(record.value().getReason(), 1L, Long::sum));
    return reasons;
  }
}
