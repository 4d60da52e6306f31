package dev.alluvium.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a trainer tells of itself. */
class TrainerStatusTest {
  private Duration now = Duration.ofHours(1);
  private final TrainerStatus status = new TrainerStatus(() -> now.toNanos());

  @Test
  void everythingThatIsToldIsMovement() {
    Runnable[] all = {
      status::moved,
      status::ready,
      status::confirmed,
      () -> status.began(1),
      () -> status.ended(WindowTrainer.End.DONE),
      () -> status.committed(Duration.ZERO)
    };
    for (Runnable told : all) {
      now = now.plusSeconds(30);
      assertThat(status.now().still()).isEqualTo(Duration.ofSeconds(30));
      told.run();
      assertThat(status.now().still()).isZero();
    }
  }

  @Test
  void aWindowIsInHandUntilItHasEnded() {
    assertThat(status.now().window()).isEmpty();
    status.began(7);
    now = now.plusSeconds(9);
    assertThat(status.now().window()).hasValue(new TrainerStatus.InHand(7, Duration.ofSeconds(9)));
    status.ended(WindowTrainer.End.LOSS_SPIKE);
    assertThat(status.now().window()).isEmpty();
    assertThat(status.now().windows()).isEqualTo(Map.of(WindowTrainer.End.LOSS_SPIKE, 1L));
  }

  @Test
  void commitsAndHeartbeatsAreTimed() {
    assertThat(status.now().heartbeat()).isEmpty();
    status.confirmed();
    status.committed(Duration.ofSeconds(2));
    status.committed(Duration.ofSeconds(1));
    now = now.plusSeconds(5);
    TrainerStatus.Now told = status.now();

    assertThat(told.heartbeat()).hasValue(Duration.ofSeconds(5));
    assertThat(told.commits()).isEqualTo(2);
    assertThat(told.committing()).isEqualTo(Duration.ofSeconds(3));
    assertThat(told.lastCommit()).isEqualTo(Duration.ofSeconds(1));
  }
}
