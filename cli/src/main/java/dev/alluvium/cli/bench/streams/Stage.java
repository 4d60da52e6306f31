package dev.alluvium.cli.bench.streams;

import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import java.util.Map;
import org.apache.kafka.streams.Topology;

/** A stage that can be measured: what goes in, what runs, what must come out. */
interface Stage {
  /** Its role, as in application ids. */
  String name();

  /** The topic it reads. */
  Topic<?, ?> input(Topics topics);

  /** The topic its results are committed to. */
  Topic<?, ?> output(Topics topics);

  /** Stream threads it uses. */
  int threads(Trial trial);

  /** Its topology, as the service builds it. */
  Topology topology(Trial trial);

  /** Writes all its input; gives what was written. */
  Written fill(Trial trial, Watch watch);

  /** Committed records of the output topic by which all input is through. */
  long results(Trial trial);

  /** Begins to answer what the stage asks while it runs; closed when it is through. */
  AutoCloseable helper(Trial trial);

  /**
   * Counts what came out, after the clock has stopped.
   *
   * @throws dev.alluvium.cli.command.CommandFailure when something is missing
   */
  Map<String, Long> check(Trial trial);

  /**
   * The input of a trial.
   *
   * @param records records of the input topic
   * @param valueBytes bytes of their values, uncompressed
   */
  record Written(long records, long valueBytes) {}
}
