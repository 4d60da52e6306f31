package dev.alluvium.schemas.window;

import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.schemas.serde.SchemaHistory;
import java.security.MessageDigest;
import java.util.List;

/**
 * The digest in a window's close: SHA-256 over the single-object bytes of its examples, in order.
 */
public final class WindowDigest {
  private static final AvroSerde<Example> EXAMPLES =
      AvroSerde.of(Example.class, SchemaHistory.store());

  private WindowDigest() {}

  /** Digest of some examples, 64 hexadecimal digits. */
  public static String of(List<Example> examples) {
    MessageDigest digest = Digests.sha256();
    for (Example example : examples) {
      digest.update(EXAMPLES.toBytes(example));
    }
    return Digests.hex(digest.digest());
  }
}
