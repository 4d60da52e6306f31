package dev.alluvium.cli.produce;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.Failures;
import dev.alluvium.cli.command.Progress;
import dev.alluvium.schemas.avro.Pair;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.KafkaException;

/**
 * One run of produce: reads file after file, sends pairs, counts, and reports what is malformed.
 */
final class Production {
  private final Cluster cluster;
  private final Options options;
  private final PrintWriter err;
  private final Map<String, Long> malformed = new TreeMap<>();
  private final AtomicLong consumed = new AtomicLong();
  private long sent;

  /**
   * How to produce.
   *
   * @param shape shape of all files; empty to find out
   * @param skill replaces the skill
   * @param source replaces the source
   * @param probes whether all pairs are probes, whatever the file says
   * @param limit most pairs to send
   * @param pace how fast
   */
  record Options(
      Optional<Shape> shape,
      Optional<String> skill,
      Optional<String> source,
      boolean probes,
      long limit,
      Pace pace) {}

  Production(Cluster cluster, Options options, PrintWriter err) {
    this.cluster = cluster;
    this.options = options;
    this.err = err;
  }

  ProduceSummary run(List<InputFile> inputs) {
    long start = System.nanoTime();
    long total = inputs.stream().mapToLong(InputFile::bytes).sum();
    try (PairProducer producer = new PairProducer(cluster);
        Progress progress = new Progress(err, "produce", total, () -> status(producer, start))) {
      for (InputFile input : inputs) {
        if (sent < options.limit()) {
          produce(input, producer, progress);
        }
      }
      producer.flush();
      return new ProduceSummary(
          producer.delivered(),
          malformed,
          producer.failed(),
          producer.deliveredBytes(),
          seconds(start));
    }
  }

  private void produce(InputFile input, PairProducer producer, Progress progress) {
    String place = input.name() + ":1";
    try (PairStream pairs =
        new PairStream(
            input,
            options.shape(),
            consumed,
            (at, why) -> {
              refuse(at, why);
              progress.reached(consumed.get());
            })) {
      for (Pair pair = pairs.next(); pair != null; pair = pairs.next()) {
        place = pairs.place();
        send(place, pair, producer);
        progress.reached(consumed.get());
        if (sent >= options.limit()) {
          return;
        }
      }
    } catch (IOException e) {
      // What was read stays produced; a truncated gzip file ends like this.
      report("%s: cannot be read further: %s".formatted(place, e.getMessage()));
      malformed.merge("unreadable", 1L, Long::sum);
    }
  }

  private void send(String place, Pair read, PairProducer producer) {
    Pair pair = adjust(read);
    options.pace().awaitNext();
    try {
      int bytes =
          producer.send(
              pair, e -> report(place + ": not taken by the broker: " + Failures.message(e)));
      if (bytes < 0) {
        refuse(place, Malformed.oversizedWhenEncoded());
      } else {
        sent++;
      }
    } catch (KafkaException e) {
      throw new CommandFailure(place + ": the producer cannot go on", e);
    }
  }

  private void refuse(String place, Malformed why) {
    malformed.merge(why.code(), 1L, Long::sum);
    report(why.at(place));
  }

  private Pair adjust(Pair pair) {
    return Pair.newBuilder(pair)
        .setSkill(options.skill().orElse(pair.getSkill()))
        .setSource(options.source().orElse(pair.getSource()))
        .setProbe(options.probes() || pair.getProbe())
        .build();
  }

  private void report(String line) {
    err.println(line);
    err.flush();
  }

  private static String status(PairProducer producer, long start) {
    double seconds = seconds(start);
    return String.format(
        Locale.ROOT,
        "%,d pairs, %,.0f/s",
        producer.delivered(),
        seconds > 0 ? producer.delivered() / seconds : 0);
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
