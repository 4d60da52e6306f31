package dev.alluvium.streams.curate;

import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.pair.Reason;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes dead letters that fit into their topic, whatever the input's size. */
final class DeadLetters {
  /** Key twice (the record's and the letter's) and value together stay below 4 MiB. */
  static final int MAX_VALUE = 3 * 1024 * 1024;

  static final int MAX_KEY = 256 * 1024;
  private static final int MAX_DETAIL = 2_000;

  private DeadLetters() {}

  /**
   * A dead letter with the input's bytes; what is too large is cut, and the detail says so.
   *
   * @param time when the input was appended, in milliseconds since 1970
   */
  static Output.Dead of(
      Reason reason,
      String detail,
      SourcePosition source,
      byte @Nullable [] key,
      byte @Nullable [] value,
      long time) {
    StringBuilder text =
        new StringBuilder(detail.substring(0, Math.min(MAX_DETAIL, detail.length())));
    byte[] keptKey = keep(key, MAX_KEY, "key", text);
    byte[] keptValue = keep(value, MAX_VALUE, "value", text);
    DeadLetter letter =
        new DeadLetter(
            reason.stage().code(),
            reason.code(),
            text.toString(),
            source,
            keptKey == null ? null : ByteBuffer.wrap(keptKey),
            keptValue == null ? null : ByteBuffer.wrap(keptValue),
            Instant.ofEpochMilli(time));
    return new Output.Dead(letter);
  }

  private static byte @Nullable [] keep(
      byte @Nullable [] bytes, int most, String name, StringBuilder detail) {
    if (bytes == null || bytes.length <= most) {
      return bytes;
    }
    detail.append(
        " [%s cut: the first %d of %d bytes are kept]".formatted(name, most, bytes.length));
    return Arrays.copyOf(bytes, most);
  }
}
