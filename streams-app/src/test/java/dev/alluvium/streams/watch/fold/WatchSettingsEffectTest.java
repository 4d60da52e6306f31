package dev.alluvium.streams.watch.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.schemas.avro.AlarmEvent;
import dev.alluvium.schemas.avro.DriftReport;
import dev.alluvium.streams.config.WatchSettings;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every setting of the watch does what it says; {@code enabled} is tested with the application. */
class WatchSettingsEffectTest {
  private static final long SEED = 21;

  @ParameterizedTest
  @CsvSource({"20", "45"})
  void referenceIsTheLengthOfTheTrailingOne(int reference) {
    DriftReport report = after(Map.of("reference", reference), 60);
    assertThat(report.getLastReference() - report.getFirstReference() + 1).isEqualTo(reference);
    assertThat(report.getLastReference()).isEqualTo(57);
  }

  @Test
  void pinnedFromAndPinnedToAreTheReference() {
    DriftReport report = after(Map.of("pinnedFrom", 5L, "pinnedTo", 29L), 60);
    assertThat(report.getFirstReference()).isEqualTo(5);
    assertThat(report.getLastReference()).isEqualTo(29);
    assertThat(after(Map.of("pinnedFrom", 5L, "pinnedTo", 29L), 29).getNote())
        .contains("ends with window 29");
  }

  @ParameterizedTest
  @CsvSource({"10", "31"})
  void minReferenceIsWhenComparingBegins(int windows) {
    Map<String, Object> told = Map.of("minReference", windows);
    assertThat(after(told, windows + 2).getPsi()).isNull();
    assertThat(after(told, windows + 3).getPsi()).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({"1", "7"})
  void recentIsHowManyWindowsAreCompared(int windows) {
    assertThat(after(Map.of("recent", windows), 60).getFirstRecent()).isEqualTo(61 - windows);
  }

  @Test
  void minExamplesTakesMoreWindows() {
    assertThat(after(Map.of("minExamples", 2_000), 60).getFirstRecent()).isEqualTo(61 - 8);
  }

  @Test
  void falseAlarmsAreAsManyAsAskedFor() {
    assertThat(falseAlarms(10)).isGreaterThan(5 * 2);
    assertThat(falseAlarms(1e-4)).isZero();
  }

  private static long falseAlarms(double told) {
    return LongStream.range(0, 5)
        .mapToObj(seed -> new Watched(seed, 5, Told.with(Map.of("falseAlarms", told))))
        .peek(watched -> watched.flow.windows(200))
        .flatMap(watched -> watched.events.stream())
        .filter(event -> event.alarm().getEvent() == AlarmEvent.ALARM)
        .count();
  }

  @Test
  void shiftIsWhatTheSumsLookFor() {
    assertThat(foundByTheSums(0.03)).isGreaterThan(10);
    assertThat(foundByTheSums(0.3)).isZero();
  }

  /** In how many of 20 flows the sums find a growth of four points. */
  private static long foundByTheSums(double shift) {
    return LongStream.range(0, 20)
        .mapToObj(seed -> new Watched(seed, 5, Told.with(Map.of("shift", shift))))
        .peek(watched -> watched.flow.reportsAll = false)
        .peek(watched -> watched.flow.windows(103))
        .peek(watched -> watched.flow.shares = Flow.shifted(watched.flow.shares, 0, 0.04))
        .peek(watched -> watched.flow.windows(40))
        .filter(w -> w.events.stream().anyMatch(e -> e.alarm().getText().contains("since window")))
        .count();
  }

  @Test
  void changesBelowTheLeastThatIsWorthAnAlarmRaiseNone() {
    assertThat(kindsAfterAShift(Map.of())).containsExactly("arrived_mix", "arrived_share");
    assertThat(kindsAfterAShift(Map.of("minEffect", 0.3))).containsExactly("arrived_share");
    assertThat(kindsAfterAShift(Map.of("minChange", 0.3))).containsExactly("arrived_mix");
  }

  private static List<String> kindsAfterAShift(Map<String, Object> told) {
    Watched watched = new Watched(SEED, 5, Told.with(told));
    watched.flow.windows(60);
    watched.flow.shares = Flow.shifted(watched.flow.shares, 0, 0.15);
    watched.flow.windows(10);
    return watched.events.stream().map(e -> e.alarm().getKind()).distinct().sorted().toList();
  }

  @ParameterizedTest
  @CsvSource({"1.25,true", "3,false"})
  void lengthRatioIsTheLeastThatIsWorthAnAlarm(double ratio, boolean alarmed) {
    Watched watched = new Watched(SEED, 5, Told.with(Map.of("lengthRatio", ratio)));
    watched.flow.windows(60);
    watched.flow.lengths[1] *= 2;
    watched.flow.windows(10);
    assertThat(watched.firstAlarm(Set.of("length")).isPresent()).isEqualTo(alarmed);
  }

  @ParameterizedTest
  @CsvSource({"0.1,true", "0.15,false"})
  void planGapIsTheLeastThatIsWorthAnAlarm(double gap, boolean alarmed) {
    Watched watched = new Watched(SEED, 5, Told.with(Map.of("planGap", gap)));
    watched.flow.supply = 0.4;
    watched.flow.windows(10);
    assertThat(watched.events.stream().anyMatch(e -> "s1".equals(e.alarm().getSkill())))
        .isEqualTo(alarmed);
  }

  @ParameterizedTest
  @CsvSource({"1", "4"})
  void clearAfterIsHowLongCalmMustLast(int windows) {
    Watched watched = new Watched(SEED, 5, Told.with(Map.of("clearAfter", windows)));
    watched.flow.supply = 0.4;
    watched.flow.windows(10);
    watched.flow.supply = 1;
    watched.flow.windows(10);
    // the last three windows are all as planned from window 13 on
    assertThat(watched.events).last().extracting(Watched.Event::windowId).isEqualTo(12L + windows);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "recent | 0 | watch.recent is 0: expected 1 to 20",
        "minReference | 9 | watch.minReference is 9: expected 10 to 980",
        "reference | 19 | watch.reference is 19: expected 20 to 980",
        "minExamples | 9 | watch.minExamples is 9: expected 10 to 1000000",
        "clearAfter | 0 | watch.clearAfter is 0: expected 1 to 1000"
      })
  void wholeNumbersOutOfBoundsAreRefused(String key, int value, String message) {
    assertThatThrownBy(() -> Told.with(Map.of(key, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "falseAlarms | 0 | watch.falseAlarms is 0.0: expected 1.0E-6 to 10.0",
        "shift | 0.6 | watch.shift is 0.6: expected 0.01 to 0.5",
        "minEffect | NaN | watch.minEffect is NaN: expected 0.0 to 1.0",
        "minChange | -1 | watch.minChange is -1.0: expected 0.0 to 1.0",
        "lengthRatio | 0.5 | watch.lengthRatio is 0.5: expected 1.0 to 100.0",
        "planGap | 0 | watch.planGap is 0.0: expected 0.01 to 1.0"
      })
  void numbersOutOfBoundsAreRefused(String key, double value, String message) {
    assertThatThrownBy(() -> Told.with(Map.of(key, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 50 | watch.pinnedTo is 50: expected 0, because watch.pinnedFrom is 0",
        "10 | 20 | watch.pinnedTo is 20: expected 29 to 989",
        "-1 | 0 | watch.pinnedFrom is -1: expected 0 to"
      })
  void aPinnedReferenceHasTwoEnds(long from, long to, String message) {
    assertThatThrownBy(() -> Told.with(Map.of("pinnedFrom", from, "pinnedTo", to)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static DriftReport after(Map<String, Object> told, int windows) {
    WatchSettings settings = Told.with(told);
    Watched watched = new Watched(SEED, 5, settings);
    watched.flow.reportsAll = false;
    watched.flow.windows(windows);
    return Objects.requireNonNull(watched.reports.get((long) windows));
  }
}
