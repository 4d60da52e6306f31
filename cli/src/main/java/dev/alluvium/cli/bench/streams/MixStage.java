package dev.alluvium.cli.bench.streams;

import dev.alluvium.cli.cluster.TopicReader;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.PolicyChange;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.schemas.avro.Tick;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.schemas.serde.SchemaHistory;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.mix.MixTopology;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.Topology;

/**
 * Mix: candidates of four skills in turn in, balanced windows out. The ledger holds each window's
 * outcome right after the candidate that fills the window, where a trainer that keeps up would have
 * written it; so mix never waits for one.
 */
final class MixStage implements Stage {
  private static final List<String> SKILLS = List.of("code", "general", "math", "reading");

  /** WindowOpen and WindowClose. */
  private static final int FRAME = 2;

  @Override
  public String name() {
    return "mix";
  }

  @Override
  public Topic<?, ?> input(Topics topics) {
    return topics.ledger();
  }

  @Override
  public Topic<?, ?> output(Topics topics) {
    return topics.windows();
  }

  @Override
  public int threads(Trial trial) {
    return 1;
  }

  @Override
  public Topology topology(Trial trial) {
    return new MixTopology(trial.settings().mix(), trial.topics(), SchemaHistory.store()).build();
  }

  /** Only whole windows come out. */
  private static int windows(Trial trial) {
    return Math.max(1, trial.records() / trial.settings().mix().windowExamples());
  }

  private static int examples(Trial trial) {
    return windows(trial) * trial.settings().mix().windowExamples();
  }

  @Override
  public Written fill(Trial trial, Watch watch) {
    Questions questions = new Questions(trial.seed(), trial.recordBytes());
    AvroSerde<LedgerEntry> entries = AvroSerde.of(LedgerEntry.class, SchemaHistory.store());
    Instant time = Instant.now();
    int perWindow = trial.settings().mix().windowExamples();
    try (Filling<String, LedgerEntry> ledger =
        new Filling<>(trial.kafka(), trial.topics().ledger(), watch)) {
      PolicyChange rules = new PolicyChange("bench", null, false, trial.settings().mix().rules());
      ledger.send("policy", entries.toBytes(new LedgerEntry(rules)), 0);
      ledger.send("tick", entries.toBytes(new LedgerEntry(new Tick(time))), 0);
      for (int i = 0; i < examples(trial); i++) {
        Candidate candidate = candidate(questions.pair(i), SKILLS.get(i % SKILLS.size()), i, time);
        ledger.send("candidate", entries.toBytes(new LedgerEntry(candidate)), 0);
        if ((i + 1) % perWindow == 0) {
          Outcome outcome =
              new Outcome(
                  (long) (i + 1) / perWindow,
                  OutcomeStatus.TRAINED,
                  "bench",
                  perWindow,
                  List.of(),
                  Map.of());
          ledger.send("outcome", entries.toBytes(new LedgerEntry(outcome)), 0);
        }
      }
      return ledger.written();
    }
  }

  private static Candidate candidate(Pair pair, String skill, int number, Instant time) {
    String id = Digests.sha256("bench", Integer.toString(number));
    return Candidate.newBuilder()
        .setPairId(id)
        .setSkill(skill)
        .setGroup(Digests.sha256("bench-group", id))
        .setPrompt(new Prompt(pair.getInstruction(), null, List.of()))
        .setTarget(
            Target.newBuilder()
                .setText(pair.getResponse())
                .setOrigin(Origin.GOLD)
                .setReason("s3ft_off")
                .build())
        .setGold(pair.getResponse())
        .setAnswer(pair.getAnswer())
        .setEstimatedTokens(pair.getInstruction().length() / 4 + pair.getResponse().length() / 4)
        .setEventTime(time.toEpochMilli())
        .setPosition(new SourcePosition("bench", 0, (long) number))
        .build();
  }

  @Override
  public long results(Trial trial) {
    return examples(trial) + (long) FRAME * windows(trial);
  }

  @Override
  public AutoCloseable helper(Trial trial) {
    return () -> {};
  }

  @Override
  public Map<String, Long> check(Trial trial) {
    Map<String, Long> counts = new TreeMap<>();
    new TopicReader(trial.kafka())
        .read(
            trial.topics().windows(),
            record -> {
              if (record.value().getRecord() instanceof Example example) {
                counts.merge(example.getSkill(), 1L, Long::sum);
              }
            });
    long all = counts.values().stream().mapToLong(n -> n).sum();
    if (all != examples(trial)) {
      throw new CommandFailure(
          "%d candidates went in and %d examples came out: %s"
              .formatted(examples(trial), all, counts));
    }
    return counts;
  }
}
