package dev.alluvium.cli.verify;

import static java.util.Objects.requireNonNull;

import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.WindowClose;
import dev.alluvium.schemas.avro.WindowOpen;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.streams.mix.fold.MixFold;
import dev.alluvium.streams.mix.fold.MixOutput;
import dev.alluvium.streams.mix.fold.MixStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The windows that the ledger makes, by the mixer's own fold in memory. It needs the ledger from
 * its first entry on.
 */
final class Recomputation implements MixOutput {
  private final MixFold fold = new MixFold(MixStore.inMemory());
  private final NavigableMap<Long, WindowPrint> windows = new TreeMap<>();
  private final Map<Long, List<String>> controls = new HashMap<>();
  private final List<Example> examples = new ArrayList<>();
  private @Nullable WindowOpen open;
  private long lastOffset = -1;

  /** The next entry. */
  void add(long offset, LedgerEntry entry) {
    lastOffset = offset;
    fold.fold(offset, entry, this);
  }

  @Override
  public void window(long windowId, WindowRecord record) {
    Object part = record.getRecord();
    if (part instanceof WindowOpen next) {
      open = next;
    } else if (part instanceof Example example) {
      examples.add(example);
    } else if (part instanceof WindowClose close) {
      windows.put(windowId, WindowPrint.of(requireNonNull(open), examples, close));
      examples.clear();
    } else {
      controls
          .computeIfAbsent(windowId, window -> new ArrayList<>())
          .add(WindowsCheck.words((Control) part));
    }
  }

  @Override
  public void report(Report report) {}

  @Override
  public void ignored(String reason, String detail) {}

  /**
   * Compares with what the topic holds. The mixer may be behind the ledger, and windows may have
   * come since the ledger was read: neither is a difference.
   */
  List<Difference> differences(WindowsCheck topic) {
    List<Difference> differences = new ArrayList<>();
    NavigableMap<Long, SeenWindow> seen = topic.windows();
    if (ofOtherRules(seen) > 0) {
      return differences;
    }
    long lastSeen = seen.isEmpty() ? 0 : seen.lastKey();
    seen.forEach(
        (id, window) -> {
          if (window.ledgerOffset() <= lastOffset) {
            compare(id, window.print(), windows.get(id), differences);
          }
        });
    if (!seen.isEmpty()) {
      windows.subMap(seen.firstKey(), true, lastSeen, true).keySet().stream()
          .filter(id -> !seen.containsKey(id))
          .forEach(
              id ->
                  differences.add(
                      Difference.of(
                          Kind.RECOMPUTED_MISSING, "window " + id, "a window", "nothing")));
      controls(topic, seen.firstKey(), lastSeen, differences);
    }
    return differences;
  }

  /** The first and the last window that were compared; two zeros when none was. */
  List<Long> compared(NavigableMap<Long, SeenWindow> seen) {
    List<Long> both = seen.keySet().stream().filter(windows::containsKey).toList();
    return both.isEmpty() || ofOtherRules(seen) > 0
        ? List.of(0L, 0L)
        : List.of(both.get(0), both.get(both.size() - 1));
  }

  /**
   * How many windows the rules of this build cannot make: all of them or none, because a mixer does
   * not go on from the state of another version. A single window that names another version is
   * compared like the rest, and differs.
   */
  static int ofOtherRules(NavigableMap<Long, SeenWindow> seen) {
    boolean ours =
        seen.values().stream().anyMatch(window -> window.foldVersion() == MixFold.VERSION);
    return ours ? 0 : seen.size();
  }

  private static void compare(
      long id, WindowPrint found, @Nullable WindowPrint made, List<Difference> differences) {
    String where = "window " + id;
    if (made == null) {
      differences.add(Difference.of(Kind.RECOMPUTED_MISSING, where, "nothing", "a window"));
      return;
    }
    compare(Kind.RECOMPUTED_OPEN, where, made.open(), found.open(), differences);
    compare(Kind.RECOMPUTED_EXAMPLES, where, made.examples(), found.examples(), differences);
    compare(Kind.RECOMPUTED_CLOSE, where, made.close(), found.close(), differences);
  }

  /** Orders after the last window may not have been written yet, or since. */
  private void controls(
      WindowsCheck topic, long first, long lastSeen, List<Difference> differences) {
    SortedSet<Long> after = new TreeSet<>(controls.keySet());
    after.addAll(topic.controls().keySet());
    for (long id : after.subSet(first, lastSeen)) {
      List<String> made = controls.getOrDefault(id, List.of());
      List<String> found = topic.controls().getOrDefault(id, List.of());
      SeenWindow next = topic.windows().get(id + 1);
      if (next != null && next.ledgerOffset() <= lastOffset && !made.equals(found)) {
        differences.add(Difference.of(Kind.RECOMPUTED_CONTROLS, "after window " + id, made, found));
      }
    }
  }

  private static void compare(
      Kind kind, String where, String made, String found, List<Difference> differences) {
    if (!made.equals(found)) {
      differences.add(new Difference(kind, where, made, found));
    }
  }
}
