package dev.alluvium.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.trainer.checkpoint.TrainingPosition;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StandingTest {
  private static final TrainingPosition START =
      TrainingPosition.start(0, "settings", "fit", "base");
  private static final String TWO = "window-000002-aaaaaaaa";
  private static final String FOUR = "window-000004-bbbbbbbb";

  @Test
  void whoeverTakesOverKnowsWhichWindowsSpiked() {
    Standing first = standing();
    first.quarantining(3, true);
    Progress logged = first.quarantining(4, false);

    Standing second = standing();
    second.takeOver(Optional.of(logged));

    assertThat(logged.getQuarantined()).containsExactly(3L, 4L);
    assertThat(logged.getSpiked()).containsExactly(3L);
    assertThat(second.isQuarantined(4)).isTrue();
    assertThat(second.hasSpiked(3)).isTrue();
    assertThat(second.hasSpiked(4)).isFalse();
  }

  @Test
  void remembersASpikeAsLongAsItsWindowMayBePassedOverAgain() {
    Standing standing = standing();
    standing.quarantining(3, true);
    standing.passedOver(List.of(3L));
    Lineage lineage =
        Lineage.none()
            .with(TWO, List.of(), List.of(), Set.of(TWO))
            .with(FOUR, List.of(3L), List.of(), Set.of(TWO, FOUR));

    standing.moveTo(START, lineage, Optional.of(FOUR));
    assertThat(standing.committed().getSpiked()).containsExactly(3L);

    standing.moveTo(START, Lineage.beginningWith(FOUR), Optional.of(FOUR));
    assertThat(standing.committed().getSpiked()).isEmpty();
  }

  private static Standing standing() {
    return new Standing("settings", "holder", InstantSource.fixed(Instant.EPOCH), START);
  }
}
