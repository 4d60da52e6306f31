package dev.alluvium.cli.bench.streams;

import dev.alluvium.cli.bench.streams.Measurement.Staged;
import dev.alluvium.cli.bench.streams.Measurement.Timed;
import dev.alluvium.cli.command.Progress;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.cli.process.ChildProcess;
import dev.alluvium.cli.process.Children;
import dev.alluvium.cli.process.Lifetime;
import dev.alluvium.cli.process.PeakMemory;
import dev.alluvium.cli.process.TempDirectory;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.serde.SchemaHistory;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.config.StreamsSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures a stage beside its copy, several times over, on a broker of its own that is gone
 * afterwards. The first rounds warm both up and tell the copy how large its records must be.
 */
final class StreamsBench {
  private static final Duration BROKER_PATIENCE = Duration.ofSeconds(60);

  /** A round that is quicker by less than a tenth ends the warm-up. */
  private static final double WARM = 1.1;

  /** Bytes of text for a stored one, until a copy has shown it. */
  private static final double FIRST_GUESS = 1.5;

  private static final long SEED = 20260101;

  /**
   * What is measured.
   *
   * @param records in each round
   * @param recordBytes about the size of each
   * @param partitions of what scales out
   * @param warmUps most rounds that warm up
   * @param rounds measured after them
   */
  record Plan(int records, int recordBytes, int partitions, int warmUps, int rounds) {}

  private final Stage stage;
  private final Plan plan;
  private final AlluviumSettings settings;
  private final Lifetime lifetime;
  private final PrintWriter err;

  /**
   * A benchmark.
   *
   * @param err where people read how far it is
   */
  StreamsBench(
      Stage stage, Plan plan, AlluviumSettings settings, Lifetime lifetime, PrintWriter err) {
    this.stage = stage;
    this.plan = plan;
    this.settings = settings;
    this.lifetime = lifetime;
    this.err = err;
  }

  /** Runs it; broker and files are gone when it returns. */
  StreamsResult run() throws Exception {
    try (TempDirectory work = TempDirectory.create("alluvium-bench-");
        Children children = new Children()) {
      say("starting a Kafka broker");
      ChildProcess broker = children.add(broker(work.path()));
      KafkaSettings kafka = local(broker.awaitSaid("bootstrap=", BROKER_PATIENCE, lifetime));
      List<StreamsResult.Round> rounds = new ArrayList<>();
      Timed calibration = warmUp(kafka, work.path(), broker);
      for (int i = 1; i <= plan.rounds(); i++) {
        rounds.add(
            round(
                i,
                "round %d of %d".formatted(i, plan.rounds()),
                kafka,
                work.path(),
                broker,
                Optional.of(calibration)));
      }
      return new StreamsResult(rounds, PeakMemory.ofThisProcess(), broker.peakMemoryMb());
    }
  }

  /**
   * Rounds that do not count, until the stage is hardly quicker than in the round before: the
   * compiler takes many records to get there. Gives the last copy.
   */
  private Timed warmUp(KafkaSettings kafka, Path work, ChildProcess broker) throws Exception {
    Optional<Timed> copied = Optional.empty();
    double best = 0;
    for (int i = 0; ; i++) {
      StreamsResult.Round round =
          round(-i, "warm-up %d".formatted(i + 1), kafka, work, broker, copied);
      copied = Optional.of(round.copy());
      double rate = round.stage().recordsPerSecond();
      if (i + 1 == plan.warmUps() || rate < WARM * best) {
        return round.copy();
      }
      best = Math.max(best, rate);
    }
  }

  private StreamsResult.Round round(
      int number,
      String name,
      KafkaSettings kafka,
      Path work,
      ChildProcess broker,
      Optional<Timed> calibration)
      throws Exception {
    String[] doing = {name};
    try (Progress progress = new Progress(err, stage.name() + ", " + name, 0, () -> doing[0])) {
      Watch watch =
          new Watch(
              lifetime,
              broker,
              done -> {
                doing[0] = "%s: %,d records".formatted(name, done);
                progress.reached(done);
              });
      Trial trial = trial(number, kafka, work);
      Measurement measurement = new Measurement(stage, trial, watch, new Clocks(broker.handle()));
      Staged staged = measurement.stage();
      Timed copied = measurement.copy(staged.timed(), valueBytes(staged.timed(), calibration));
      measurement.clear();
      say(
          "%s: %s %,.0f records/s (%.0f + %.0f us of CPU), copy %,.0f records/s (%.0f + %.0f)"
              .formatted(
                  name,
                  stage.name(),
                  staged.timed().recordsPerSecond(),
                  1e6 * staged.timed().spent().ownCpuSeconds() / staged.timed().records(),
                  1e6 * staged.timed().spent().brokerCpuSeconds() / staged.timed().records(),
                  copied.recordsPerSecond(),
                  1e6 * copied.spent().ownCpuSeconds() / copied.records(),
                  1e6 * copied.spent().brokerCpuSeconds() / copied.records()));
      return new StreamsResult.Round(staged.timed(), copied, staged.counts());
    }
  }

  /** Size of the copy's values, so that compressed the broker stores as much. */
  private static int valueBytes(Timed staged, Optional<Timed> calibration) {
    double stored = (double) staged.brokerBytes() / staged.records();
    double raw =
        calibration
            .map(copy -> copy.recordBytes() * copy.records() / copy.brokerBytes())
            .orElse(FIRST_GUESS);
    return Math.max(1, (int) Math.round(stored * raw));
  }

  private Trial trial(int number, KafkaSettings kafka, Path work) {
    StreamsSettings told = settings.streamProcessors();
    StreamsSettings here =
        new StreamsSettings(
            work.resolve("state" + number).toString(),
            told.threads(),
            told.commitInterval(),
            told.standbys(),
            1,
            told.curate(),
            told.s3ft(),
            told.judges(),
            told.mix(),
            told.watch());
    Topics topics =
        new Topics(
            "bench" + (number > 0 ? "-" + number : "-warm" + -number),
            SchemaHistory.store(),
            plan.partitions());
    return new Trial(kafka, topics, here, plan.records(), plan.recordBytes(), SEED + number);
  }

  /** The user's client settings, at our broker. */
  private KafkaSettings local(String bootstrap) {
    Map<String, String> client = new HashMap<>(settings.kafka());
    client.put("bootstrap.servers", bootstrap);
    client.put("security.protocol", "PLAINTEXT");
    return new KafkaSettings(client);
  }

  private ChildProcess broker(Path work) {
    return ChildProcess.start(
        "broker",
        work,
        List.of("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:-UsePerfData"),
        List.of("broker", "--port", "0", "--data", work.resolve("broker").toString()));
  }

  private void say(String line) {
    err.println(line);
    err.flush();
  }
}
