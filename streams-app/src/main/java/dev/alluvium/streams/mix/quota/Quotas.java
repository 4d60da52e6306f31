package dev.alluvium.streams.mix.quota;

import dev.alluvium.schemas.avro.CloseReason;
import org.jspecify.annotations.Nullable;

/** A way to divide a window among skills. Lives for one decision. */
interface Quotas {
  /**
   * A window in which every skill has what it is due: of the full number of examples (COUNT), or of
   * as many as the token budget takes (TOKENS). Null when some skill cannot meet its quota yet.
   */
  @Nullable Plan balanced();

  /**
   * A window from whatever is there, as large as example and token budgets allow. Null when nothing
   * is there.
   */
  @Nullable Plan elastic(CloseReason reason);
}
