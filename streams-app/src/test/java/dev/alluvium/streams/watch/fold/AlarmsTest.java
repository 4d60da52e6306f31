package dev.alluvium.streams.watch.fold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.AlarmEvent;
import dev.alluvium.schemas.avro.DriftAlarm;
import dev.alluvium.schemas.avro.DriftReport;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which alarms a change of the flow raises, which it does not, and when they are over. */
class AlarmsTest {
  private static Arguments change(String alarm, Consumer<Flow> change) {
    return Arguments.of(alarm, change);
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        change("duplicates", flow -> flow.duplicates = 0.15),
        change("dead_letters", flow -> flow.deadLetters = 0.1),
        change("unknown_skill", flow -> flow.unknownSkill = 0.2),
        change("acceptance/s1", flow -> flow.acceptance[1] = 0.9),
        change("acceptance/s2", flow -> flow.acceptance[2] = 0.1),
        // the texts of a skill change, its label and its share do not
        change("length/s3", flow -> flow.lengths[3] = 300),
        change("length/s4", flow -> flow.lengths[4] = 40));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void aRateOrALengthThatChangesRaisesItsAlarmAndNoOther(String alarm, Consumer<Flow> change) {
    Watched watched = Watched.equal(3);
    watched.flow.windows(60);
    change.accept(watched.flow);
    watched.flow.windows(20);
    assertThat(watched.events).isNotEmpty();
    assertThat(watched.events.stream().map(e -> key(e.alarm())).distinct()).containsExactly(alarm);
    assertThat(last(watched, 80).getStanding()).containsOnlyKeys(alarm);
  }

  @Test
  void labelsThatChangeWhileTextsDoNotMoveSharesAndLengthsTogether() {
    Watched watched = Watched.equal(4);
    Flow flow = watched.flow;
    flow.lengths[0] = 60;
    flow.lengths[1] = 300;
    flow.windows(80);
    // half of the texts of s1 are called s0 from now on
    flow.shares = new double[] {0.3, 0.1, 0.2, 0.2, 0.2};
    flow.lengths[0] = (0.2 * 60 + 0.1 * 300) / 0.3;
    flow.windows(15);
    assertThat(alarms(watched))
        .contains("arrived_mix", "arrived_share/s0", "arrived_share/s1", "length/s0")
        .doesNotContain("length/s1", "arrived_share/s2", "acceptance/s0", "unknown_skill");
  }

  @Test
  void moreOfASkillMovesItsShareOnly() {
    Watched watched = Watched.equal(5);
    watched.flow.windows(60);
    watched.flow.shares = Flow.shifted(watched.flow.shares, 2, 0.15);
    watched.flow.windows(10);
    assertThat(alarms(watched)).contains("arrived_mix", "arrived_share/s2");
    assertThat(alarms(watched)).noneMatch(a -> a.startsWith("length") || a.startsWith("accept"));
    DriftAlarm share = first(watched, "arrived_share/s2");
    assertThat(share.getText())
        .matches(
            "s2 arrives at 3\\d\\.\\d % in windows 6\\d to 6\\d; it was (19|20)\\.\\d % in .*");
    assertThat(first(watched, "arrived_mix").getText()).contains("s2 3").contains("Cramer's V");
  }

  @Test
  void aNewSkillAndOneThatEndsAreFound() {
    Watched watched = new Watched(6, 6, Told.with(Map.of()));
    watched.flow.shares = new double[] {0.2, 0.2, 0.2, 0.2, 0.2, 0};
    watched.flow.windows(60);
    watched.flow.shares = new double[] {0.2, 0.2, 0.2, 0.2, 0.1, 0.1};
    watched.flow.windows(3);
    assertThat(alarms(watched)).contains("arrived_share/s5", "arrived_share/s4");
    watched.flow.shares = new double[] {0.3, 0.3, 0.3, 0, 0, 0.1};
    watched.flow.windows(3);
    assertThat(alarms(watched)).contains("arrived_share/s3");
  }

  @Test
  void anAlarmStandsUntilTheFlowIsBackAndIsToldOnce() {
    Watched watched = Watched.equal(7);
    watched.flow.windows(110);
    double[] before = watched.flow.shares;
    watched.flow.shares = Flow.shifted(before, 0, 0.15);
    watched.flow.windows(8);
    assertThat(last(watched, 118).getStanding()).containsKey("arrived_share/s0");
    watched.flow.shares = before;
    watched.flow.windows(25);
    List<DriftAlarm> told =
        watched.events.stream()
            .map(Watched.Event::alarm)
            .filter(a -> key(a).equals("arrived_share/s0"))
            .toList();
    assertThat(told)
        .extracting(DriftAlarm::getEvent)
        .containsExactly(AlarmEvent.ALARM, AlarmEvent.ALL_CLEAR);
    assertThat(told.get(1).getText()).contains("again, as before the alarm of window 11");
    assertThat(last(watched, 143).getStanding()).isEmpty();
    assertThat(watched.events)
        .filteredOn(e -> key(e.alarm()).equals("arrived_mix"))
        .last()
        .satisfies(
            e ->
                assertThat(e.alarm().getText())
                    .matches("the mix arrives as in windows .* the alarm began at window 11\\d"));
  }

  @Test
  void aTrailingReferenceFollowsAndSaysSoWhileAPinnedOneDoesNot() {
    Watched trailing = new Watched(8, 5, Told.with(Map.of("reference", 30)));
    Watched pinned = new Watched(8, 5, Told.with(Map.of("pinnedFrom", 1L, "pinnedTo", 30L)));
    for (Watched watched : List.of(trailing, pinned)) {
      watched.flow.windows(40);
      watched.flow.shares = Flow.shifted(watched.flow.shares, 0, 0.15);
      watched.flow.windows(60);
    }
    assertThat(last(trailing, 100).getStanding()).doesNotContainKey("arrived_share/s0");
    assertThat(trailing.events)
        .anyMatch(
            e ->
                key(e.alarm()).equals("arrived_share/s0")
                    && e.alarm().getText().contains("still, but the reference has followed"));
    assertThat(last(pinned, 100).getStanding()).containsKey("arrived_share/s0");
    assertThat(last(pinned, 100).getFirstReference()).isEqualTo(1);
    assertThat(last(pinned, 100).getLastReference()).isEqualTo(30);
  }

  @Test
  void anAlarmOfWhatIsNoLongerSeenEndsAndSaysWhy() {
    Watched watched = Watched.equal(11);
    watched.flow.windows(60);
    watched.flow.acceptance[1] = 0.9;
    watched.flow.windows(10);
    assertThat(alarms(watched)).containsExactly("acceptance/s1");
    watched.flow.reportsAll = false;
    watched.flow.windows(30);
    assertThat(watched.events).hasSize(2);
    DriftAlarm end = watched.events.get(1).alarm();
    assertThat(end.getEvent()).isEqualTo(AlarmEvent.ALL_CLEAR);
    assertThat(end.getText())
        .startsWith("too little is seen of acceptance/s1 to compare it any longer");
  }

  @Test
  void trainingOffThePlanIsAnAlarmUntilItIsOnItAgain() {
    Watched watched = Watched.equal(9);
    watched.flow.windows(10);
    watched.flow.supply = 0.4;
    watched.flow.windows(5);
    assertThat(alarms(watched))
        .containsExactly(
            "trained_share/s0",
            "trained_share/s1",
            "trained_share/s2",
            "trained_share/s3",
            "trained_share/s4");
    assertThat(first(watched, "trained_share/s1").getText())
        .contains("of the trained tokens in windows")
        .contains("the plan comes to 20.0 %");
    assertThat(last(watched, 15).getTrainedPsi()).isGreaterThan(0.25);
    watched.flow.supply = 1;
    watched.flow.windows(8);
    assertThat(last(watched, 23).getStanding()).isEmpty();
    assertThat(watched.events)
        .last()
        .satisfies(e -> assertThat(e.alarm().getText()).contains("as planned, again"));
  }

  @Test
  void longerExamplesOfASkillAreNotOffThePlan() {
    Watched watched = Watched.equal(10);
    watched.flow.lengths[0] = 900;
    watched.flow.windows(30);
    DriftReport report = last(watched, 30);
    assertThat(Objects.requireNonNull(report.getSkills().get("s0")).getTrained())
        .isGreaterThan(0.6);
    assertThat(report.getTrainedPsi()).isLessThan(1e-6);
    assertThat(alarms(watched)).isEmpty();
  }

  /**
   * Twenty flows whose pairs come in batches of eight of a skill: not independent, not drifting.
   */
  @Test
  void batchesAreNoDrift() {
    long alarmed =
        IntStream.range(0, 20)
            .parallel()
            .filter(
                seed -> {
                  Watched watched = Watched.equal(seed);
                  watched.flow.reportsAll = false;
                  watched.flow.batch = 8;
                  watched.flow.windows(150);
                  assertThat(last(watched, 150).getDispersion()).isBetween(5.0, 11.0);
                  return !watched.events.isEmpty();
                })
            .count();
    assertThat(alarmed).isLessThanOrEqualTo(1);
  }

  private static String key(DriftAlarm alarm) {
    return alarm.getSkill() == null ? alarm.getKind() : alarm.getKind() + "/" + alarm.getSkill();
  }

  private static List<String> alarms(Watched watched) {
    return watched.events.stream().map(e -> key(e.alarm())).distinct().toList();
  }

  private static DriftAlarm first(Watched watched, String key) {
    return watched.events.stream()
        .map(Watched.Event::alarm)
        .filter(a -> key(a).equals(key))
        .findFirst()
        .orElseThrow(() -> new AssertionError(key + " is not among " + alarms(watched)));
  }

  private static DriftReport last(Watched watched, long windowId) {
    return Objects.requireNonNull(watched.reports.get(windowId));
  }
}
