package dev.alluvium.trainer.generate.openai;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** What this process has spent today, UTC, against a cap. For any thread. */
final class Spending {
  private final double cap;
  private final InstantSource clock;
  private LocalDate day;
  private double spent;

  /**
   * Nothing spent yet.
   *
   * @param cap in the currency of the prices; 0 for none
   */
  Spending(double cap, InstantSource clock) {
    this.cap = cap;
    this.clock = clock;
    this.day = today();
  }

  synchronized void add(double cost) {
    turnDay();
    spent += cost;
  }

  /** How long until something may be spent again; zero when it may now. */
  synchronized Duration pause() {
    turnDay();
    if (cap == 0 || spent < cap) {
      return Duration.ZERO;
    }
    Instant tomorrow = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    return Duration.between(clock.instant(), tomorrow);
  }

  private void turnDay() {
    LocalDate now = today();
    if (!now.equals(day)) {
      day = now;
      spent = 0;
    }
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }
}
