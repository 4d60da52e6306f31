package dev.alluvium.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class KeepingTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final long DAY = Duration.ofDays(1).toMillis();

  @Test
  void aRecordIsGoneAfterItsRetentionAndASegment() {
    Instant gone = Instant.parse("2026-01-11T12:10:00Z");
    assertThat(new Keeping("delete", 3 * DAY, 7 * DAY).goneBy(NOON)).contains(gone);
    assertThat(new Keeping("compact,delete", 3 * DAY, 7 * DAY).goneBy(NOON)).contains(gone);
  }

  @Test
  void noDateWhereAgeDeletesNothing() {
    assertThat(new Keeping("compact", 3 * DAY, 7 * DAY).goneBy(NOON)).isEmpty();
    assertThat(new Keeping("delete", -1, 7 * DAY).goneBy(NOON)).isEmpty();
  }
}
