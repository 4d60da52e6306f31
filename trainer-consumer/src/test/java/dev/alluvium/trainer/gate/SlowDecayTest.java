package dev.alluvium.trainer.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.trainer.gate.Gate.Decision;
import dev.alluvium.trainer.gate.Gate.Ruling;
import java.util.function.UnaryOperator;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of versions that are held against the best of those before. */
class SlowDecayTest {
  private static final Budgets LOSSES = new Budgets(0.05, 0.1);
  private static final int LEAST = 5;
  private static final int CYCLES = 20;
  private static final int SIMULATIONS = 80;

  /** Of the difference of one probe between two versions, in nats a token. */
  private static final double DEVIATION = 0.2;

  private final Gate gate = new Gate(LOSSES, new Budgets(0.05, 0.1), LEAST, false);

  private final UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(50);
  private final DrawnScores.Changes noise = DrawnScores.changes(random, false);

  /** What stays of a stream between two versions. */
  private final class Stream {
    private final ProbeScores base;
    private final boolean againstBest;
    private ProbeScores served;
    private BestScores best = BestScores.none();
    private int versions;
    private Decision decision = new Decision(Ruling.HOLD, "none yet");

    /** The first version is promoted. */
    Stream(ProbeScores base, ProbeScores first, boolean againstBest) {
      this.base = base;
      this.againstBest = againstBest;
      this.served = first;
      promote(first);
    }

    void offer(ProbeScores next) {
      decision =
          gate.decide(new Losses(base, againstBest ? best : BestScores.none(), served, next));
      if (decision.promoted()) {
        promote(next);
      }
    }

    private void promote(ProbeScores next) {
      served = next;
      versions++;
      best = best.withPromoted("v%06d".formatted(versions), next, LEAST);
    }

    /** How much higher the perplexity is than of others, as a share. */
    double rise(ProbeScores others) {
      return Math.expm1(PerplexityRise.of("math", others, served).rise());
    }
  }

  /** A skill is learnt, then each version is worse by a fifth of the budget. */
  @Test
  void whatWasLearntIsNotLostSlowly() {
    Stream guarded = decaying(true);
    assertThat(guarded.versions).isBetween(4, 12);
    assertThat(guarded.decision.ruling()).isNotEqualTo(Ruling.PROMOTE);
    assertThat(guarded.decision.reason()).contains("v000001's, the best (budget 1.100, ");

    Stream unguarded = decaying(false);
    assertThat(unguarded.versions).as("of 51").isGreaterThan(45);
  }

  private Stream decaying(boolean againstBest) {
    ProbeScores base = DrawnScores.drawn(random, "math", 400);
    ProbeScores learnt = DrawnScores.changed(base, -0.7, 0.3, noise);
    Stream stream = new Stream(base, learnt, againstBest);
    for (int cycle = 0; cycle < 50; cycle++) {
      stream.offer(
          DrawnScores.changed(stream.served, Math.log1p(LOSSES.recent() / 5), 0.02, noise));
    }
    if (againstBest) {
      assertThat(stream.rise(learnt)).isLessThan(LOSSES.cumulative());
    } else {
      assertThat(stream.rise(learnt)).as("within the budgets all the time").isGreaterThan(0.4);
    }
    return stream;
  }

  /**
   * The lowest of many measurements is low by chance too. That neither holds equal versions more
   * often than the last promoted version alone does, nor has training return.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void equalVersionsArePromotedAfterManyCycles(int skills) {
    long n = needed(skills);
    Rates guarded = rates(skills, n, true);
    Rates unguarded = rates(skills, n, false);
    assertThat(guarded.promoted).isGreaterThan(0.8);
    assertThat(guarded.promoted).isGreaterThan(unguarded.promoted - 0.03);
    assertThat(guarded.returned).isZero();
    assertThat(guarded.slipped).isLessThan(0.05 * skills);
  }

  /** Shares of the versions of the second half of the cycles. */
  private record Rates(double promoted, double returned, double slipped) {}

  private Rates rates(int skills, long n, boolean againstBest) {
    int promoted = 0;
    int returned = 0;
    int slipped = 0;
    UnaryOperator<ProbeScores> version =
        level -> DrawnScores.changed(level, 0, DEVIATION / Math.sqrt(2), noise);
    for (int i = 0; i < SIMULATIONS / skills; i++) {
      ProbeScores base = ProbeScores.none();
      for (int skill = 0; skill < skills; skill++) {
        base = base.over(DrawnScores.drawn(random, "skill" + skill, n));
      }
      ProbeScores level = DrawnScores.changed(base, -0.7, 0.3, noise);
      Stream stream = new Stream(base, version.apply(level), againstBest);
      for (int cycle = 1; cycle <= CYCLES; cycle++) {
        stream.offer(version.apply(level));
        if (cycle > CYCLES / 2) {
          promoted += stream.decision.promoted() ? 1 : 0;
          returned += stream.decision.ruling() == Ruling.ROLLBACK ? 1 : 0;
          slipped += stream.decision.slipped().isEmpty() ? 0 : 1;
        }
      }
    }
    double all = SIMULATIONS / skills * CYCLES / 2.0;
    return new Rates(promoted / all, returned / all, slipped / all);
  }

  private long needed(int skills) {
    ProbeScores many = DrawnScores.drawn(random, "math", 20_000);
    return PerplexityRise.of("math", many, DrawnScores.changed(many, 0, DEVIATION, noise))
        .probesNeeded(LOSSES.recent(), Gate.LEVEL, skills);
  }

  /** A version that few probes made the best does not hold back those that many measure. */
  @Test
  void aBestByFewProbesIsNoReferenceForMany() {
    ProbeScores base = DrawnScores.drawn(random, "math", 400);
    ProbeScores level = DrawnScores.changed(base, -0.7, 0.3, noise);
    ProbeScores lucky =
        DrawnScores.changed(level, -0.02, 0.05, noise)
            .within(DrawnScores.drawn(random, "math", 40));
    Stream stream = new Stream(base, lucky, true);
    stream.offer(level); // by the 40 probes that the first was measured by
    assertThat(stream.decision.promoted()).as(stream.decision.reason()).isTrue();
    assertThat(stream.best.bySkill().get("math").version()).isEqualTo("v000002");
    stream.offer(DrawnScores.changed(level, 0, DEVIATION / 2, noise));
    assertThat(stream.decision.promoted()).as(stream.decision.reason()).isTrue();
  }
}
