package dev.alluvium.trainer.pretrain;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * One text to train on.
 *
 * @param id unique within its source; decides whether the text is held out
 * @param source the data set it comes from
 * @param text what is trained, turns rendered
 */
record Document(String id, String source, String text) {
  /** Whether the text belongs to the held-out share; stable over runs and over other texts. */
  boolean heldOut(int percent) {
    CRC32 hash = new CRC32();
    hash.update(("held-out|" + id).getBytes(StandardCharsets.UTF_8));
    return hash.getValue() % 100 < percent;
  }
}
