package dev.alluvium.streams.curate;

import static java.util.Objects.requireNonNull;

import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.avro.ValidPair;
import dev.alluvium.schemas.pair.PairDecoder;
import dev.alluvium.schemas.pair.Reason;
import dev.alluvium.schemas.pair.RejectedException;
import dev.alluvium.schemas.serde.SchemaStoreUnavailableException;
import dev.alluvium.streams.redact.Kind;
import dev.alluvium.streams.redact.PairRedactor;
import dev.alluvium.streams.registry.RegistryUnavailableException;
import dev.alluvium.streams.text.PairHashes;
import dev.alluvium.streams.text.PairValidator;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Bytes to usable pair under its prompt's hash, or to a dead letter. */
final class DecodeProcessor implements Processor<byte[], byte[], byte[], Output> {
  static final String TOTALS = "curate-decode-totals";

  /**
   * Largest key of a pair. The key travels beside the pair, and both must fit into one record of
   * ours however well the producer compressed them.
   */
  static final int MAX_KEY_BYTES = 64 * 1024;

  private final PairDecoder decoder;
  private final PairValidator validator;
  private final PairRedactor redactor;
  private @Nullable ProcessorContext<byte[], Output> context;
  private @Nullable TaskMemory memory;

  DecodeProcessor(PairDecoder decoder, PairValidator validator, PairRedactor redactor) {
    this.decoder = decoder;
    this.validator = validator;
    this.redactor = redactor;
  }

  @Override
  public void init(ProcessorContext<byte[], Output> context) {
    this.context = context;
    this.memory = new TaskMemory(context, TOTALS, "decode");
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    ProcessorContext<byte[], Output> out = requireNonNull(context);
    TaskMemory counting = requireNonNull(memory);
    Map<Kind, Integer> redacted = new EnumMap<>(Kind.class);
    Output output = read(record, position(out), redacted);
    counting.totals().received();
    counting.totals().redacted(redacted);
    if (output instanceof Output.Dead dead) {
      counting.totals().rejected(dead.letter().getReason());
    }
    counting.save();
    out.forward(new Record<>(record.key(), output, record.timestamp()));
  }

  /** Touches no state, so that whatever goes wrong here leaves nothing half done. */
  private Output read(
      Record<byte[], byte[]> record, SourcePosition position, Map<Kind, Integer> redacted) {
    byte @Nullable [] key = record.key();
    byte @Nullable [] value = record.value();
    try {
      checkKey(key);
      Pair arrived = decoder.decode(value == null ? new byte[0] : value);
      validator.check(arrived);
      Pair pair = redactor.redact(arrived, redacted);
      Instant eventTime =
          pair.getEventTime() == null
              ? Instant.ofEpochMilli(record.timestamp())
              : pair.getEventTime();
      ByteBuffer sourceKey = key == null ? null : ByteBuffer.wrap(key);
      return new Output.Valid(
          PairHashes.prompt(pair), new ValidPair(pair, sourceKey, position, eventTime));
    } catch (RejectedException e) {
      return DeadLetters.of(e.reason(), e.detail(), position, key, value, record.timestamp());
    } catch (RegistryUnavailableException | SchemaStoreUnavailableException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      return DeadLetters.of(
          Reason.PROCESSING_FAILURE, e.toString(), position, key, value, record.timestamp());
    }
  }

  private static void checkKey(byte @Nullable [] key) throws RejectedException {
    if (key != null && key.length > MAX_KEY_BYTES) {
      throw new RejectedException(
          Reason.OVERSIZED,
          "the key has %d bytes: expected at most %d".formatted(key.length, MAX_KEY_BYTES));
    }
  }

  private static SourcePosition position(ProcessorContext<byte[], Output> context) {
    RecordMetadata metadata = context.recordMetadata().orElseThrow();
    return new SourcePosition(metadata.topic(), metadata.partition(), metadata.offset());
  }
}
