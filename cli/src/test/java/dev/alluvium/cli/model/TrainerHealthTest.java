package dev.alluvium.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.trainer.loop.TrainerStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A trainer that has not begun; how one that trains counts is in {@code EndpointIT}. */
class TrainerHealthTest {
  private Duration now = Duration.ZERO;
  private final TrainerHealth health =
      new TrainerHealth(new TrainerStatus(() -> now.toNanos()), Duration.ofMinutes(15));

  @Test
  void loadingAModelMayTakeAsLongAsItTakes() {
    now = Duration.ofDays(1);

    assertThat(health.stalled()).isEmpty();
    assertThat(health.unready())
        .hasValue("the trainer loads the base model, takes the lease or restores its state");
  }
}
