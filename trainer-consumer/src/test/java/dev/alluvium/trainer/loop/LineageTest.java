package dev.alluvium.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LineageTest {
  private static final String TWO = "window-000002-aaaaaaaa";
  private static final String FOUR = "window-000004-bbbbbbbb";
  private static final String FIVE = "window-000005-cccccccc";
  private static final String FAR = "window-020000-dddddddd";

  @Test
  void isWhatStaysOnDiskAndTheWindowsPassedOverSince() {
    Lineage lineage =
        Lineage.none()
            .with(TWO, List.of(1L), Set.of(TWO))
            .with(FOUR, List.of(3L), Set.of(TWO, FOUR))
            .with(FIVE, List.of(), Set.of(TWO, FOUR, FIVE));

    assertThat(lineage.older()).containsExactly(TWO, FOUR);
    assertThat(lineage.passedOver()).containsExactly(3L);
    assertThat(lineage.upTo(FOUR)).isEqualTo(new Lineage(List.of(TWO, FOUR), List.of(3L)));
  }

  @Test
  void forgetsWhatIsDeletedAndWhatIsTooFarBack() {
    Lineage lineage = new Lineage(List.of(TWO, FOUR), List.of(3L));

    assertThat(lineage.with(FIVE, List.of(), Set.of(FOUR, FIVE)))
        .isEqualTo(new Lineage(List.of(FOUR, FIVE), List.of()));
    assertThat(lineage.with(FAR, List.of(), Set.of(TWO, FOUR, FAR)))
        .isEqualTo(Lineage.beginningWith(FAR));
  }

  @Test
  void hasNothingOlderAtItsBeginning() {
    assertThat(Lineage.none().older()).isEmpty();
    assertThat(Lineage.beginningWith(TWO).older()).isEmpty();
  }
}
