package dev.alluvium.streams.curate;

import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.ValidPair;
import org.jspecify.annotations.Nullable;

/** What leaves a curate processor, with the key it leaves under. */
sealed interface Output {
  /** A usable pair, on its way to the task that knows its prompt. */
  record Valid(String prompt, ValidPair pair) implements Output {}

  /** A line of the ledger. */
  record Line(String kind, LedgerEntry entry) implements Output {}

  /** An input that could not be used. */
  record Dead(byte @Nullable [] key, DeadLetter letter) implements Output {}

  /** A task's totals. */
  record Fact(String task, Report report) implements Output {}
}
