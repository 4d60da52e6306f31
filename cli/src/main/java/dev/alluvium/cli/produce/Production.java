package dev.alluvium.cli.produce;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.Failures;
import dev.alluvium.cli.command.Progress;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.pair.Reason;
import dev.alluvium.schemas.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
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
   * @param limit most pairs to send
   * @param pace how fast
   */
  record Options(
      Optional<Shape> shape,
      Optional<String> skill,
      Optional<String> source,
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
    PairReader reader = new PairReader(options.shape());
    long line = 1;
    try (InputStream in = input.open(consumed)) {
      JsonPieces pieces = new JsonPieces(in, Topics.MAX_PAIR_BYTES);
      for (JsonPieces.Piece piece = pieces.next(); piece != null; piece = pieces.next()) {
        line = piece.line();
        send(input.name(), piece, reader, producer);
        progress.reached(consumed.get());
        if (sent >= options.limit()) {
          return;
        }
      }
    } catch (IOException e) {
      // What was read stays produced; a truncated gzip file ends like this.
      report("%s:%d: cannot be read further: %s".formatted(input.name(), line, e.getMessage()));
      malformed.merge("unreadable", 1L, Long::sum);
    }
  }

  private void send(String file, JsonPieces.Piece piece, PairReader reader, PairProducer producer) {
    String place = file + ":" + piece.line();
    try {
      Pair pair = adjust(reader.read(piece));
      options.pace().awaitNext();
      int bytes =
          producer.send(
              pair, e -> report(place + ": not taken by the broker: " + Failures.message(e)));
      if (bytes < 0) {
        throw new Malformed(
            Reason.OVERSIZED.code(),
            "larger than %d KiB when encoded".formatted(Topics.MAX_PAIR_BYTES / 1024));
      }
      sent++;
    } catch (Malformed e) {
      malformed.merge(e.code(), 1L, Long::sum);
      report("%s: %s: %s".formatted(place, e.code(), e.detail()));
    } catch (KafkaException e) {
      throw new CommandFailure(place + ": the producer cannot go on", e);
    }
  }

  private Pair adjust(Pair pair) {
    if (options.skill().isEmpty() && options.source().isEmpty()) {
      return pair;
    }
    return Pair.newBuilder(pair)
        .setSkill(options.skill().orElse(pair.getSkill()))
        .setSource(options.source().orElse(pair.getSource()))
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
