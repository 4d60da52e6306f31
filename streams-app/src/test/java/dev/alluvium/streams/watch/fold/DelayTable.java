package dev.alluvium.streams.watch.fold;

import dev.alluvium.streams.config.WatchSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** How many windows pass until a shift is found, over many seeds. */
final class DelayTable {
  static final Set<String> ARRIVED = Set.of(ArrivedDrift.MIX, ShareDrift.KIND);

  /** Seeds of the table in the documentation. */
  static final int TABLE_SEEDS = 100;

  static final int SEEDS = Integer.getInteger("drift.seeds", TABLE_SEEDS);

  /** A shift that is not found in so many windows is counted as not found. */
  static final int PATIENCE = 100;

  /** Windows before the shift: a whole reference and those that are compared. */
  private static final int BEFORE = 110;

  private static final double[] EQUAL = {0.2, 0.2, 0.2, 0.2, 0.2};

  private DelayTable() {}

  /**
   * A shift of the first skill.
   *
   * @param name in the table
   * @param shares before
   * @param gain how much its share grows
   * @param over windows it takes to grow; 1 for a jump
   */
  record Shift(String name, double[] shares, double gain, int over) {}

  static List<Shift> shifts() {
    return List.of(
        new Shift("2 points", EQUAL, 0.02, 1),
        new Shift("5 points", EQUAL, 0.05, 1),
        tenPoints(),
        new Shift("20 points", EQUAL, 0.20, 1),
        new Shift("10 points, gradually over 20 windows", EQUAL, 0.10, 20),
        new Shift("10 points down", EQUAL, -0.10, 1),
        new Shift(
            "10 points, from 10 %",
            new double[] {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, 0.10, 1),
        new Shift("10 points, from 25 %", new double[] {0.25, 0.25, 0.25, 0.25}, 0.10, 1),
        new Shift("10 points, from 50 %", new double[] {0.5, 0.5}, 0.10, 1));
  }

  static Shift tenPoints() {
    return new Shift("10 points", EQUAL, 0.10, 1);
  }

  static WatchSettings pinned() {
    return Told.with(Map.of("pinnedFrom", 1L, "pinnedTo", 100L));
  }

  /** Windows from the first shifted one to the alarm, 1 when it is that one, sorted. */
  static int[] delays(Shift shift, WatchSettings settings) {
    return IntStream.range(0, SEEDS)
        .parallel()
        .map(seed -> delay(seed, shift, settings))
        .sorted()
        .toArray();
  }

  private static int delay(int seed, Shift shift, WatchSettings settings) {
    Watched watched = new Watched(10_000L + seed, shift.shares().length, settings);
    watched.flow.reportsAll = false;
    watched.flow.shares = shift.shares();
    watched.flow.windows(BEFORE);
    watched.events.clear();
    for (int n = 1; n <= PATIENCE; n++) {
      double grown = shift.gain() * Math.min(1, (double) n / shift.over());
      watched.flow.shares = Flow.shifted(shift.shares(), 0, grown);
      watched.flow.windows(1);
      if (watched.firstAlarm(ARRIVED).isPresent()) {
        return n;
      }
    }
    return Integer.MAX_VALUE;
  }

  static long within(int[] delays, int windows) {
    return Arrays.stream(delays).filter(d -> d <= windows).count();
  }

  static String row(Shift shift, WatchSettings settings, String reference) {
    int[] delays = delays(shift, settings);
    return "| %s | %s | %s | %s | %d %% | %d %% |"
        .formatted(
            shift.name(),
            reference,
            words(delays[SEEDS / 2]),
            words(delays[SEEDS * 9 / 10]),
            100 * within(delays, 3) / SEEDS,
            100 * within(delays, PATIENCE) / SEEDS);
  }

  private static String words(int delay) {
    return delay > PATIENCE
        ? "more than %d".formatted(PATIENCE)
        : String.format(Locale.ROOT, "%d", delay);
  }

  /** The whole table as Markdown. */
  static String markdown() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "| shift of one skill | reference | half are found in (windows) | 9 of 10 are found in | in 3 windows | in %d windows |"
            .formatted(PATIENCE));
    lines.add("|---|---|---|---|---|---|");
    for (Shift shift : shifts()) {
      lines.add(row(shift, WatchSettings.defaults(), "trailing"));
      lines.add(row(shift, pinned(), "pinned"));
    }
    return String.join("\n", lines);
  }
}
