package dev.alluvium.cli.experiment;

import static java.util.Objects.requireNonNull;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Command;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PolicyChange;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.WindowClose;
import dev.alluvium.schemas.avro.WindowOpen;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.streams.mix.fold.MixFold;
import dev.alluvium.streams.mix.fold.MixOutput;
import dev.alluvium.streams.mix.fold.MixStore;
import dev.alluvium.trainer.consume.Window;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** The mixer's own fold in memory: candidates and outcomes in, windows out. */
final class Mixer implements MixOutput {
  private final MixFold fold = new MixFold(MixStore.inMemory());
  private final Queue<Window> windows = new ArrayDeque<>();
  private final List<Example> examples = new ArrayList<>();
  private @Nullable WindowOpen open;
  private long offset;

  /** Mixes by these rules. */
  Mixer(Policy rules) {
    fold(new PolicyChange("experiment", null, true, rules));
  }

  /** A pair has its target. */
  void add(Candidate candidate) {
    fold(candidate);
  }

  /** No more comes for now: what waits goes into windows. */
  void flush() {
    fold(new Command("flush-" + offset, CommandKind.FLUSH, null));
  }

  /** What became of a window. */
  void settled(Outcome outcome) {
    fold(outcome);
  }

  /** The next window to be trained, if one is closed. */
  Optional<Window> next() {
    return Optional.ofNullable(windows.poll());
  }

  private void fold(Object entry) {
    fold.fold(offset++, new LedgerEntry(entry), this);
  }

  @Override
  public void window(long windowId, WindowRecord record) {
    Object part = record.getRecord();
    if (part instanceof WindowOpen next) {
      open = next;
    } else if (part instanceof Example example) {
      examples.add(example);
    } else if (part instanceof WindowClose close) {
      windows.add(new Window(requireNonNull(open), List.copyOf(examples), close, 0, 0));
      examples.clear();
    }
  }

  @Override
  public void report(Report report) {}

  /** Nothing may be left out of one arm and not of another. */
  @Override
  public void ignored(String reason, String detail) {
    throw new IllegalStateException("the mixer ignored an entry: %s: %s".formatted(reason, detail));
  }
}
