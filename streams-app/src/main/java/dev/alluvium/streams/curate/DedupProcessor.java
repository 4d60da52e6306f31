package dev.alluvium.streams.curate;

import static java.util.Objects.requireNonNull;

import dev.alluvium.schemas.avro.Editions;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.ValidPair;
import dev.alluvium.schemas.pair.Reason;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.streams.curate.Admission.Admitted;
import java.nio.ByteBuffer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Usable pair to probe or pair that needs a target, at most once for the same content. */
final class DedupProcessor implements Processor<String, ValidPair, byte[], Output> {
  static final String TOTALS = "curate-dedup-totals";

  private final Admission admission;
  private final AvroSerde<Pair> pairs;
  private final int dedupEntries;
  private @Nullable ProcessorContext<byte[], Output> context;
  private @Nullable TaskMemory memory;
  private @Nullable PromptMemory prompts;

  DedupProcessor(Admission admission, AvroSerde<Pair> pairs, int dedupEntries) {
    this.admission = admission;
    this.pairs = pairs;
    this.dedupEntries = dedupEntries;
  }

  @Override
  public void init(ProcessorContext<byte[], Output> context) {
    this.context = context;
    TaskMemory memory = new TaskMemory(context, TOTALS, "dedup");
    this.memory = memory;
    this.prompts =
        new PromptMemory(
            context.getStateStore(PromptMemory.EDITIONS),
            context.getStateStore(PromptMemory.ORDER),
            memory,
            dedupEntries);
  }

  @Override
  public void process(Record<String, ValidPair> record) {
    PromptMemory remembered = requireNonNull(prompts);
    ValidPair pair = record.value();
    Editions known = remembered.get(record.key());
    Admitted admitted;
    try {
      admitted = admission.admit(record.key(), pair, known);
    } catch (RuntimeException | StackOverflowError e) {
      reject(pair, e, record.timestamp());
      return;
    }
    count(admitted);
    if (admitted.output() != null) {
      remembered.put(record.key(), admitted.judged().remembered(), known != null);
      forward(admitted.output(), record.timestamp());
    }
    requireNonNull(memory).save();
  }

  private void count(Admitted admitted) {
    Totals totals = requireNonNull(memory).totals();
    String skill = admitted.skill();
    if (skill == null) {
      totals.duplicate();
      return;
    }
    if (admitted.judged().novelty() == EditionRules.Novelty.SUPERSEDING) {
      totals.superseding();
    }
    if (admitted.unknownSkill()) {
      totals.unknownSkill();
    }
    if (admitted.output() instanceof Output.Untargeted) {
      totals.candidate(skill);
    } else {
      totals.probe(skill);
    }
  }

  /** The source's bytes are gone by now; the pair is kept in a form that can be sent again. */
  private void reject(ValidPair pair, Throwable failure, long time) {
    ByteBuffer key = pair.getKey();
    Output.Dead dead =
        DeadLetters.of(
            Reason.PROCESSING_FAILURE,
            failure + " [value: the pair, encoded again]",
            pair.getPosition(),
            key == null ? null : bytes(key),
            pairs.toBytes(pair.getPair()),
            time);
    TaskMemory counting = requireNonNull(memory);
    counting.totals().rejected(dead.letter().getReason());
    counting.save();
    forward(dead, time);
  }

  private void forward(Output output, long time) {
    requireNonNull(context).forward(new Record<>(null, output, time));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
