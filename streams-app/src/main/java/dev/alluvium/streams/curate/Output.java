package dev.alluvium.streams.curate;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.ValidPair;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What leaves a curate processor, with the key it leaves under. */
sealed interface Output {
  /** A usable pair, on its way to the task that knows its prompt. */
  record Valid(String prompt, ValidPair pair) implements Output {}

  /** A line of the ledger. */
  record Line(String kind, LedgerEntry entry) implements Output {}

  /**
   * A pair that needs a target.
   *
   * @param candidate the pair, with gold as its target
   * @param question the pair's own prompt, where a prompt file changed it; else null
   * @param meta what else the producer sent, values as JSON text
   */
  record Untargeted(Candidate candidate, @Nullable Prompt question, Map<String, String> meta)
      implements Output {}

  /** An input that could not be used. */
  record Dead(DeadLetter letter) implements Output {
    /** The source's key. */
    byte @Nullable [] key() {
      ByteBuffer key = letter.getKey();
      if (key == null) {
        return null;
      }
      byte[] bytes = new byte[key.remaining()];
      key.duplicate().get(bytes);
      return bytes;
    }
  }

  /** A task's totals. */
  record Fact(String task, Report report) implements Output {}
}
