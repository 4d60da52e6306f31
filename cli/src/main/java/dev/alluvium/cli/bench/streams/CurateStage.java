package dev.alluvium.cli.bench.streams;

import dev.alluvium.cli.cluster.TopicReader;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.judges.JudgeTools;
import dev.alluvium.judges.Judges;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.schemas.serde.SchemaHistory;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.curate.CurateTopology;
import dev.alluvium.streams.registry.Registries;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.Topology;

/** Curate: new pairs in, one line of the ledger for each out. */
final class CurateStage implements Stage {
  private static final String PROBES = "probes";

  private final boolean asks;

  /**
   * @param asks whether a model is asked; a responder then answers at once
   */
  CurateStage(boolean asks) {
    this.asks = asks;
  }

  @Override
  public String name() {
    return "curate";
  }

  @Override
  public Topic<?, ?> input(Topics topics) {
    return topics.pairs();
  }

  @Override
  public Topic<?, ?> output(Topics topics) {
    return topics.ledger();
  }

  @Override
  public int threads(Trial trial) {
    return trial.settings().threads();
  }

  @Override
  public Topology topology(Trial trial) {
    var settings = trial.settings();
    return new CurateTopology(
            settings.curate(),
            settings.s3ft(),
            new Judges(settings.judges(), new JudgeTools(settings.judges().sandbox().toSandbox())),
            trial.topics(),
            SchemaHistory.store(),
            Registries.open(settings.curate().registry()))
        .build();
  }

  @Override
  public Written fill(Trial trial, Watch watch) {
    Questions questions = new Questions(trial.seed(), trial.recordBytes());
    AvroSerde<Pair> pairs = AvroSerde.of(Pair.class, SchemaHistory.store());
    Topic<byte[], byte[]> topic = trial.topics().pairs();
    try (Filling<byte[], byte[]> filling = new Filling<>(trial.kafka(), topic, watch)) {
      for (int i = 0; i < trial.records(); i++) {
        filling.send(null, pairs.toBytes(questions.pair(i)), i % topic.partitions());
      }
      return filling.written();
    }
  }

  @Override
  public long results(Trial trial) {
    return trial.records();
  }

  @Override
  public AutoCloseable helper(Trial trial) {
    return asks ? Responder.start(trial.kafka(), trial.topics(), trial.seed()) : () -> {};
  }

  @Override
  public Map<String, Long> check(Trial trial) {
    Map<String, Long> counts = new TreeMap<>();
    new TopicReader(trial.kafka())
        .read(
            trial.topics().ledger(),
            record -> {
              Object entry = record.value().getEntry();
              if (entry instanceof Candidate candidate) {
                counts.merge(candidate.getTarget().getOrigin().name(), 1L, Long::sum);
              } else if (entry instanceof Probe) {
                counts.merge(PROBES, 1L, Long::sum);
              }
            });
    long all = counts.values().stream().mapToLong(n -> n).sum();
    if (all != trial.records()) {
      throw new CommandFailure(
          "%d pairs went in and %d came out: %s".formatted(trial.records(), all, counts));
    }
    return counts;
  }
}
