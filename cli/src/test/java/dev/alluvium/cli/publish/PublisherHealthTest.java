package dev.alluvium.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a publisher counts as alive, and as ready. */
class PublisherHealthTest {
  private Duration now = Duration.ZERO;
  private final PublisherHealth health =
      new PublisherHealth(Duration.ofMinutes(15), () -> now.toNanos());

  @Test
  void itIsReadyWhileItKnowsWhatIsToAnswer() {
    assertThat(health.unready()).isPresent();
    health.went(Duration.ofSeconds(1), report());
    assertThat(health.unready()).isEmpty();
    health.went(Duration.ofSeconds(1), Optional.empty());
    assertThat(health.unready())
        .hasValue("models.v1 could not be read: what is to answer is not known");
  }

  @Test
  void itIsAliveWhileItGoesRound() {
    now = Duration.ofMinutes(15);
    assertThat(health.stalled()).isEmpty();
    now = now.plusSeconds(1);
    assertThat(health.stalled().orElseThrow())
        .contains("not ended a look", "15 min (http.stalledAfter is 15 min)");
    health.went(Duration.ofSeconds(1), report());
    assertThat(health.stalled()).isEmpty();
  }

  private static Optional<PublishReport> report() {
    return Optional.of(new PublishReport("base", "m", List.of(), false, true, ""));
  }
}
