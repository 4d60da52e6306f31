package dev.alluvium.streams.watch.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.alluvium.schemas.avro.DriftReport;
import dev.alluvium.schemas.avro.RateDrift;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.SkillDrift;
import dev.alluvium.schemas.avro.WatchState;
import dev.alluvium.streams.config.WatchSettings;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the watch states of windows, what it remembers, and what it ignores. */
class WatchFoldTest {
  private final Watched watched = Watched.equal(1);
  private final Flow flow = watched.flow;

  @Test
  void aWindowIsStatedWhenItIsClosedAndWhollyWhenItIsTrained() {
    flow.windows(30);
    flow.window();
    DriftReport closed = report(31);
    assertThat(closed.getPsi()).isBetween(0.0, 0.1);
    assertThat(closed.getJs()).isBetween(0.0, 0.1);
    assertThat(closed.getP()).isBetween(1e-6, 1.0);
    assertThat(closed.getExamples()).isEqualTo(3 * 256);
    assertThat(closed.getFirstRecent()).isEqualTo(29);
    assertThat(closed.getFirstReference()).isEqualTo(1);
    assertThat(closed.getLastReference()).isEqualTo(28);
    SkillDrift skill = skill(closed, "s1");
    assertThat(skill.getPlanned()).isEqualTo(0.2);
    assertThat(skill.getArrived()).isEqualTo(0.2, within(0.1));
    assertThat(skill.getRecent()).isEqualTo(0.2, within(0.06));
    assertThat(skill.getReference()).isEqualTo(0.2, within(0.03));
    assertThat(skill.getTrained()).isNull();
    assertThat(closed.getTrainedPsi()).isNull();

    flow.trained(31);
    DriftReport trained = report(31);
    assertThat(skill(trained, "s1").getTrained()).isEqualTo(0.2);
    assertThat(skill(trained, "s1").getDue()).isEqualTo(0.2);
    assertThat(trained.getTrainedPsi()).isZero();
    assertThat(trained.getTrainedJs()).isZero();
    assertThat(trained.getPsi()).isEqualTo(closed.getPsi());
    assertThat(trained.getRates()).isEqualTo(closed.getRates());
  }

  @Test
  void sharesOfAWindowAddUp() {
    flow.windows(40);
    for (DriftReport report : watched.reports.values()) {
      assertThat(report.getSkills().values())
          .satisfies(
              skills -> {
                assertThat(skills.stream().mapToDouble(SkillDrift::getPlanned).sum())
                    .isEqualTo(1, within(1e-9));
                assertThat(skills.stream().mapToDouble(SkillDrift::getArrived).sum())
                    .isEqualTo(1, within(1e-9));
                assertThat(skills.stream().mapToDouble(SkillDrift::getTrained).sum())
                    .isEqualTo(1, within(1e-9));
              });
    }
  }

  @Test
  void saysWhyNothingIsComparedYet() {
    flow.windows(22);
    assertThat(report(22).getPsi()).isNull();
    assertThat(report(22).getNote()).contains("100 candidates").contains("20 windows");
    flow.windows(1);
    assertThat(report(23).getPsi()).isNotNull();
    assertThat(report(23).getNote()).isNull();
  }

  @Test
  void ratesAreWhatWasCountedBetweenTheWindows() {
    flow.windows(120);
    Map<String, RateDrift> rates = report(120).getRates();
    assertThat(rates)
        .containsKeys("duplicates", "dead_letters", "unknown_skill", "acceptance/s4", "length/s0");
    assertThat(rate(rates, "duplicates").getValue()).isEqualTo(0.03, within(0.03));
    assertThat(rate(rates, "duplicates").getReference()).isEqualTo(0.03, within(0.005));
    assertThat(rate(rates, "dead_letters").getReference()).isEqualTo(0.01, within(0.003));
    assertThat(rate(rates, "unknown_skill").getReference()).isEqualTo(0.05, within(0.005));
    assertThat(rate(rates, "acceptance/s4").getReference()).isEqualTo(0.5, within(0.03));
    assertThat(rate(rates, "length/s0").getReference()).isEqualTo(120, within(10.0));
    assertThat(rate(rates, "length/s0").getN()).isEqualTo(3 * 51);
  }

  @Test
  void aRestartChangesNothing() {
    Watched other = Watched.equal(1);
    for (int w = 0; w < 130; w++) {
      if (w == 110) {
        flow.shares = Flow.shifted(flow.shares, 0, 0.06);
        other.flow.shares = flow.shares;
      }
      flow.window();
      watched.restart(WatchSettings.defaults());
      flow.trained(flow.window);
      watched.restart(WatchSettings.defaults());
      other.flow.windows(1);
    }
    assertThat(watched.reports).isEqualTo(other.reports);
    assertThat(watched.events).isEqualTo(other.events).isNotEmpty();
  }

  @Test
  void itsOwnReportsChangeNothing() {
    flow.windows(30);
    DriftReport last = report(30);
    int stated = watched.reports.size();
    WatchState before = watched.store.state();
    watched.fold(new Report(Instant.EPOCH, last));
    assertThat(watched.store.state()).isSameAs(before);
    assertThat(watched.reports).hasSize(stated);
  }

  @Test
  void whatCannotBeHasNoEffectAndIsTold() {
    flow.windows(3);
    flow.trained(3);
    flow.trained(99);
    flow.window = 1;
    flow.window();
    assertThat(watched.ignored).containsExactly("window_unknown", "window_unknown", "window_known");
    assertThat(watched.reports).containsOnlyKeys(1L, 2L, 3L);
  }

  @ParameterizedTest
  @CsvSource({"0,0,1000", "5,104,1100"})
  void remembersTheLastWindowsAndThePinnedOnes(long from, long to, int windows) {
    Watched bounded = new Watched(1, 5, Told.with(Map.of("pinnedFrom", from, "pinnedTo", to)));
    bounded.flow.reportsAll = false;
    bounded.flow.arrivals = 20;
    bounded.flow.windows(1_250);
    assertThat(bounded.store.windows).hasSize(windows).containsKey(1_250L).containsKey(251L);
    DriftReport last = bounded.reports.get(1_250L);
    assertThat(last).isNotNull();
    assertThat(last.getPsi()).isNotNull();
  }

  @Test
  void aPinnedReferenceThatIsGoneIsSaidToBe() {
    watched.flow.reportsAll = false;
    flow.windows(1_040);
    watched.restart(Told.with(Map.of("pinnedFrom", 10L, "pinnedTo", 50L)));
    flow.windows(1);
    assertThat(report(1_041).getPsi()).isNull();
    assertThat(report(1_041).getNote())
        .contains("windows 10 to 50")
        .contains("remembers 10 and needs 20");
  }

  @ParameterizedTest
  @CsvSource({"40,3", "10,10", "5,20"})
  void smallWindowsAreTakenTogether(int arrivals, int windows) {
    flow.arrivals = arrivals;
    flow.windows(60);
    assertThat(report(60).getFirstRecent()).isEqualTo(60 - windows + 1);
  }

  @Test
  void windowsWithoutEnoughAreNotCompared() {
    flow.arrivals = 4;
    flow.windows(60);
    assertThat(report(60).getPsi()).isNull();
    flow.arrivals = 0;
    flow.windows(5);
    assertThat(report(65).getSkills()).isEmpty();
  }

  private DriftReport report(long windowId) {
    return Objects.requireNonNull(watched.reports.get(windowId));
  }

  private static SkillDrift skill(DriftReport report, String skill) {
    return Objects.requireNonNull(report.getSkills().get(skill));
  }

  private static RateDrift rate(Map<String, RateDrift> rates, String name) {
    return Objects.requireNonNull(rates.get(name));
  }
}
