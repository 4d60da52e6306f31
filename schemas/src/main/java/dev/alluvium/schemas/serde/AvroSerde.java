package dev.alluvium.schemas.serde;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.MissingSchemaException;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Records in Avro's single-object encoding: {@code C3 01}, the writer schema's CRC-64-AVRO
 * fingerprint in 8 bytes, then the record. Null stays null. Safe for many threads.
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T> {
  static {
    AvroLimits.apply();
  }

  private final Class<T> type;

  /**
   * One for all, like the decoder: both are safe for many threads, and making one computes a
   * fingerprint. A state store asks for a deserializer with every read.
   */
  private final BinaryMessageEncoder<T> encoder;

  private final BinaryMessageDecoder<T> decoder;

  private AvroSerde(Class<T> type, SchemaStore schemaStore) {
    this.type = type;
    SpecificData model = SpecificData.getForClass(type);
    // Records without logical types read and write themselves, at a fraction of the cost.
    model.setCustomCoders(true);
    Schema schema = model.getSchema(type);
    this.encoder = new BinaryMessageEncoder<>(model, schema, false); // toBytes copies
    this.decoder = new BinaryMessageDecoder<>(model, schema, schemaStore);
  }

  /** A serde of one record type whose readers look writer schemas up in the given store. */
  public static <T extends SpecificRecord> AvroSerde<T> of(Class<T> type, SchemaStore schemaStore) {
    return new AvroSerde<>(type, schemaStore);
  }

  @Override
  public Serializer<T> serializer() {
    return (topic, record) -> record == null ? null : toBytes(record);
  }

  @Override
  public Deserializer<T> deserializer() {
    return (topic, bytes) -> bytes == null ? null : decode(topic, bytes);
  }

  /** The single-object bytes of a record. */
  public byte[] toBytes(T record) {
    try {
      ByteBuffer buffer = encoder.encode(record);
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable T decode(String topic, byte[] bytes) {
    try {
      return decoder.decode(bytes);
    } catch (MissingSchemaException e) {
      throw new UnknownSchemaException(topic, type.getSimpleName(), bytes, e);
    } catch (IOException | AvroRuntimeException e) {
      throw new SerializationException(
          "%s: %d bytes are no %s: %s"
              .formatted(topic, bytes.length, type.getSimpleName(), e.getMessage()),
          e);
    }
  }
}
