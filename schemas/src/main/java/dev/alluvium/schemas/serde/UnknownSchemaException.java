package dev.alluvium.schemas.serde;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.kafka.common.errors.SerializationException;

/**
 * A record was written with a schema this process does not know: most likely a newer process runs
 * beside an older one. The record is healthy, so the reader stops and tries again.
 */
public final class UnknownSchemaException extends SerializationException {
  private static final long serialVersionUID = 1L;

  UnknownSchemaException(String topic, String type, byte[] bytes, Throwable cause) {
    super(
        "%s: a %s was written with schema %016x, which is neither bundled nor in schemas.v1; run `alluvium topics create` of the newer release, or upgrade this process"
            .formatted(topic, type, fingerprint(bytes)),
        cause);
  }

  private static long fingerprint(byte[] bytes) {
    return bytes.length < 10
        ? 0
        : ByteBuffer.wrap(bytes, 2, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }
}
