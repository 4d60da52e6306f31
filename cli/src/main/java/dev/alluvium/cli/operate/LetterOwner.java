package dev.alluvium.cli.operate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.pair.PairDecoder;
import dev.alluvium.schemas.pair.RejectedException;
import dev.alluvium.schemas.serde.SchemaStoreUnavailableException;
import dev.alluvium.streams.registry.RegistryUnavailableException;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whose a dead letter is: by the id in its value, or by its key where no pair can be read.
 */
final class LetterOwner {
  /** Stages whose input is keyed by the pair's id; elsewhere the key is the producer's. */
  private static final Set<String> KEYED_BY_ID = Set.of("generate", "train");

  private static final Logger log = LoggerFactory.getLogger(LetterOwner.class);

  private final PairDecoder decoder;

  LetterOwner(PairDecoder decoder) {
    this.decoder = decoder;
  }

  /** Whether the letter is about the pair of an id. */
  boolean owns(DeadLetter letter, String pair) {
    if (KEYED_BY_ID.contains(letter.getStage())) {
      return pair.equals(key(letter));
    }
    try {
      return pair.equals(decoder.decode(bytes(letter.getValue())).getId());
    } catch (RejectedException e) {
      return pair.equals(key(letter)); // produce writes the id there
    } catch (RegistryUnavailableException | SchemaStoreUnavailableException e) {
      log.warn("a dead letter is looked at by its key alone: {}", e.getMessage());
      return pair.equals(key(letter));
    }
  }

  private static @Nullable String key(DeadLetter letter) {
    return letter.getKey() == null ? null : new String(bytes(letter.getKey()), UTF_8);
  }

  private static byte[] bytes(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return new byte[0];
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
