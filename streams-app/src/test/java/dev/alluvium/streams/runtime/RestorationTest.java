package dev.alluvium.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** How far a topology is with restoring. */
class RestorationTest {
  private static final TopicPartition FIRST = new TopicPartition("pool-changelog", 0);
  private static final TopicPartition SECOND = new TopicPartition("seen-changelog", 0);

  private final Restoration restoration =
      new Restoration("mix", InstantSource.fixed(Instant.ofEpochSecond(0)));

  @Test
  void nothingIsToldWhereNothingIsRestored() {
    assertThat(restoration.told()).isEmpty();
    restoration.onRestoreStart(FIRST, "pool", 5, 5);
    assertThat(restoration.told()).isEmpty();
  }

  @Test
  void tellsTheShareOfAllChangelogs() {
    restoration.onRestoreStart(FIRST, "pool", 100, 1_100);
    restoration.onRestoreStart(SECOND, "seen", 0, 3_000);
    assertThat(restoration.told()).hasValue("0 of 4,000 records of its state are restored (0 %)");
    restoration.onBatchRestored(FIRST, "pool", 599, 400);
    assertThat(restoration.told())
        .hasValue("500 of 4,000 records of its state are restored (12 %)");
    restoration.onRestoreEnd(FIRST, "pool", 900);
    assertThat(restoration.told())
        .hasValue("1,000 of 4,000 records of its state are restored (25 %)");
    restoration.onRestoreEnd(SECOND, "seen", 3_000);
    assertThat(restoration.told()).isEmpty();
  }

  @Test
  void aPartitionThatGoesElsewhereIsNotWaitedFor() {
    restoration.onRestoreStart(FIRST, "pool", 0, 10);
    restoration.onRestoreSuspended(FIRST, "pool", 3);
    assertThat(restoration.told()).isEmpty();
  }
}
