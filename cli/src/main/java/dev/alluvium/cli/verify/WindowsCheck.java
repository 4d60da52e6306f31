package dev.alluvium.cli.verify;

import static java.util.Objects.requireNonNull;

import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.WindowClose;
import dev.alluvium.schemas.avro.WindowOpen;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.schemas.window.WindowDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Windows by themselves: every one whole, in order and as its close says; no pair new twice;
 * replayed examples where they are said to come from. Unlike the trainer, which stops at the first
 * fault, it goes on. Keeps some 200 bytes for every new example.
 */
final class WindowsCheck {
  private final boolean whole;
  private final List<Difference> differences = new ArrayList<>();
  private final NavigableMap<Long, SeenWindow> windows = new TreeMap<>();
  private final NavigableMap<Long, List<String>> controls = new TreeMap<>();
  private final Map<Long, Set<Long>> ends = new HashMap<>(Map.of(0L, Set.of(0L)));
  private final Map<String, FirstUse> used = new HashMap<>();

  private final List<Example> examples = new ArrayList<>();
  private @Nullable WindowOpen open;
  private long last;
  private boolean begun;

  /** Where an example was new, and a digest of what it said. */
  private record FirstUse(long window, String words) {}

  /**
   * A check that has seen nothing.
   *
   * @param whole whether the topic still has its first record
   */
  WindowsCheck(boolean whole) {
    this.whole = whole;
  }

  /** The next record. */
  void add(long offset, WindowRecord record) {
    Object part = record.getRecord();
    if (part instanceof WindowOpen next) {
      open(next);
    } else if (part instanceof Example example) {
      example(offset, example);
    } else if (part instanceof WindowClose close) {
      close(offset, close);
    } else {
      control(offset, (Control) part);
    }
  }

  /** All that is wrong, once every record was given. */
  List<Difference> differences() {
    requireClosed();
    return differences;
  }

  /** Whole windows by number. */
  NavigableMap<Long, SeenWindow> windows() {
    return windows;
  }

  /** Orders to the trainer, in words, by the window they follow. */
  NavigableMap<Long, List<String>> controls() {
    return controls;
  }

  /** Offsets from which a trainer may go on that is done with a window: after it, or an order. */
  Set<Long> ends(long window) {
    return ends.getOrDefault(window, Set.of());
  }

  private void ends(long window, long offset) {
    Set<Long> all = new TreeSet<>(ends(window));
    all.add(offset);
    ends.put(window, all);
  }

  private void open(WindowOpen next) {
    requireClosed();
    long id = next.getWindowId();
    if (begun && id <= last) {
      differ(Kind.WINDOW_REPEATED, window(id), "window " + (last + 1), "window " + id);
    } else if (id != last + 1 && (begun || whole)) {
      differ(Kind.WINDOW_GAP, window(id), "window " + (last + 1), "window " + id);
    }
    open = next;
    begun = true;
    last = Math.max(last, id);
  }

  private void requireClosed() {
    if (open != null) {
      differ(
          Kind.WINDOW_UNCLOSED,
          window(open.getWindowId()),
          "a close",
          "%d examples and no close".formatted(examples.size()));
    }
    open = null;
    examples.clear();
  }

  private void example(long offset, Example example) {
    if (isOpen(offset, "an example", example.getWindowId())) {
      if (example.getIndex() != examples.size()) {
        differ(
            Kind.STRAY_RECORD,
            at(offset),
            "example %d of window %d".formatted(examples.size(), example.getWindowId()),
            "example " + example.getIndex());
      }
      examples.add(example);
    }
  }

  private void close(long offset, WindowClose close) {
    if (!isOpen(offset, "the close", close.getWindowId())) {
      return;
    }
    String where = window(close.getWindowId());
    Map<String, Integer> perSkill = new TreeMap<>();
    examples.forEach(example -> perSkill.merge(example.getSkill(), 1, Integer::sum));
    long tokens = examples.stream().mapToLong(Example::getEstimatedTokens).sum();
    compare(Kind.EXAMPLE_COUNT, where, examples.size(), close.getExamples());
    compare(Kind.SKILL_COUNTS, where, perSkill, new TreeMap<>(close.getPerSkill()));
    compare(Kind.TOKEN_SUM, where, tokens, close.getEstimatedTokens());
    compare(Kind.WINDOW_DIGEST, where, WindowDigest.of(examples), close.getDigest());
    examples.forEach(this::source);
    WindowOpen opened = requireNonNull(open);
    windows.putIfAbsent(
        close.getWindowId(),
        new SeenWindow(
            WindowPrint.of(opened, examples, close),
            opened.getFoldVersion(),
            examples.size(),
            close.getLedgerOffset()));
    ends(close.getWindowId(), offset + 1);
    open = null;
    examples.clear();
  }

  private void source(Example example) {
    String where = "%s, example %d".formatted(window(example.getWindowId()), example.getIndex());
    String place =
        "%s %s-%d@%d"
            .formatted(
                example.getPairId(),
                example.getPosition().getTopic(),
                example.getPosition().getPartition(),
                example.getPosition().getOffset());
    Long replayOf = example.getReplayOf();
    if (replayOf == null) {
      FirstUse first = used.putIfAbsent(place, new FirstUse(example.getWindowId(), words(example)));
      if (first != null) {
        differ(Kind.PAIR_TWICE, where, place + " once", "new in window " + first.window() + " too");
      }
      return;
    }
    FirstUse first = used.get(place);
    boolean deleted = !whole && replayOf < firstWindow();
    boolean founded =
        first != null
            && first.window() == replayOf
            && replayOf < example.getWindowId()
            && first.words().equals(words(example));
    if (!deleted && !founded) {
      differ(
          Kind.REPLAY_UNFOUNDED,
          where,
          "%s, new in window %d in these words".formatted(place, replayOf),
          first == null
              ? "new in no window before"
              : "new in window %d%s"
                  .formatted(
                      first.window(),
                      first.words().equals(words(example)) ? "" : ", in other words"));
    }
  }

  private long firstWindow() {
    return windows.isEmpty() ? last : windows.firstKey();
  }

  /** Everything an example has wherever it is used. */
  private static String words(Example example) {
    Example bare = Example.newBuilder(example).setWindowId(0).setIndex(0).setReplayOf(null).build();
    return WindowDigest.of(List.of(bare));
  }

  private void control(long offset, Control control) {
    if (open != null) {
      differ(Kind.STRAY_RECORD, at(offset), "a record of " + window(last), "an order");
      return;
    }
    controls.computeIfAbsent(last, window -> new ArrayList<>()).add(words(control));
    ends(last, offset + 1);
  }

  /** An order in words. */
  static String words(Control control) {
    return control.getArgument() == null
        ? "%s %s".formatted(control.getKind(), control.getRequestId())
        : "%s %s %s".formatted(control.getKind(), control.getArgument(), control.getRequestId());
  }

  private boolean isOpen(long offset, String what, long windowId) {
    if (open != null && open.getWindowId() == windowId) {
      return true;
    }
    if (begun || whole) {
      differ(
          Kind.STRAY_RECORD,
          at(offset),
          open == null ? "an open" : "a record of window " + open.getWindowId(),
          "%s of window %d".formatted(what, windowId));
    }
    return false;
  }

  private void compare(Kind kind, String where, Object expected, Object found) {
    if (!expected.equals(found)) {
      differ(kind, where, expected, found);
    }
  }

  private void differ(Kind kind, String where, Object expected, Object found) {
    differences.add(Difference.of(kind, where, expected, found));
  }

  private static String window(long id) {
    return "window " + id;
  }

  private static String at(long offset) {
    return "training.windows.v1-0@" + offset;
  }
}
