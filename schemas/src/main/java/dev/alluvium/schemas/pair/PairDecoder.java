package dev.alluvium.schemas.pair;

import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.serde.AvroLimits;
import dev.alluvium.schemas.serde.SchemaStoreUnavailableException;
import dev.alluvium.schemas.topic.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.MissingSchemaException;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;

/**
 * Reads a value of {@code pairs.v1}, whichever of its three encodings it is in; the first byte
 * tells them apart: {@code C3} Avro single-object, {@code 00} Confluent-framed Avro, <code>{</code>
 * JSON.
 */
public final class PairDecoder {
  private static final int SINGLE_OBJECT = 0xC3;
  private static final int CONFLUENT = 0x00;
  private static final int CONFLUENT_HEADER = 5;

  static {
    AvroLimits.apply();
  }

  private final BinaryMessageDecoder<Pair> singleObject;
  private final RegisteredSchemas registered;

  /**
   * A decoder.
   *
   * @param schemaStore schemas of single-object records, by fingerprint
   * @param registered schemas of Confluent-framed records, by id
   */
  public PairDecoder(SchemaStore schemaStore, RegisteredSchemas registered) {
    this.singleObject =
        new BinaryMessageDecoder<>(SpecificData.getForClass(Pair.class), Pair.SCHEMA$, schemaStore);
    this.registered = registered;
  }

  /**
   * Bytes to pair.
   *
   * @throws RejectedException when the bytes are no pair, with the reason
   * @throws SchemaStoreUnavailableException when the schema cannot be looked up now; the pair may
   *     be healthy, so the caller tries again
   */
  public Pair decode(byte[] value) throws RejectedException {
    if (value.length > Topics.MAX_PAIR_BYTES) {
      throw new RejectedException(
          Reason.OVERSIZED,
          "the value has %d bytes: expected at most %d"
              .formatted(value.length, Topics.MAX_PAIR_BYTES));
    }
    if (value.length == 0) {
      throw new RejectedException(Reason.UNKNOWN_ENCODING, "the value is empty");
    }
    int first = value[0] & 0xFF;
    return switch (first) {
      case SINGLE_OBJECT -> singleObject(value);
      case CONFLUENT -> confluent(value);
      case '{' -> PairJson.read(value);
      default ->
          throw new RejectedException(
              Reason.UNKNOWN_ENCODING,
              "the first byte is %02X: expected C3 (Avro single-object), 00 (Confluent-framed Avro) or 7B (JSON object)"
                  .formatted(first));
    };
  }

  private Pair singleObject(byte[] value) throws RejectedException {
    try {
      return singleObject.decode(value);
    } catch (SchemaStoreUnavailableException e) {
      throw e;
    } catch (MissingSchemaException e) {
      throw new RejectedException(Reason.UNKNOWN_SCHEMA, String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      throw badAvro(e);
    }
  }

  private Pair confluent(byte[] value) throws RejectedException {
    if (value.length < CONFLUENT_HEADER) {
      throw new RejectedException(
          Reason.BAD_AVRO, "a Confluent-framed value has 5 bytes of header");
    }
    int id = ByteBuffer.wrap(value, 1, 4).getInt();
    Optional<Schema> writer = registered.byId(id);
    if (writer.isEmpty()) {
      throw new RejectedException(
          Reason.UNKNOWN_SCHEMA, "schema id %d is not in %s".formatted(id, registered));
    }
    try {
      BinaryDecoder decoder =
          DecoderFactory.get()
              .binaryDecoder(value, CONFLUENT_HEADER, value.length - CONFLUENT_HEADER, null);
      Pair pair = new SpecificDatumReader<Pair>(writer.get(), Pair.SCHEMA$).read(null, decoder);
      if (!decoder.isEnd()) {
        throw new RejectedException(Reason.BAD_AVRO, "bytes are left over after the record");
      }
      return pair;
    } catch (IOException | RuntimeException e) {
      throw badAvro(e);
    }
  }

  private static RejectedException badAvro(Exception e) {
    String what = e instanceof AvroRuntimeException ? "" : e.getClass().getSimpleName() + ": ";
    return new RejectedException(Reason.BAD_AVRO, what + e.getMessage());
  }
}
