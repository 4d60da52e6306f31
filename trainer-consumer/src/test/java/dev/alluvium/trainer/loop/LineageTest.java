package dev.alluvium.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.ErasedPlaces;
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
            .with(TWO, List.of(1L), List.of(), Set.of(TWO))
            .with(FOUR, List.of(3L), List.of(), Set.of(TWO, FOUR))
            .with(FIVE, List.of(), List.of(), Set.of(TWO, FOUR, FIVE));

    assertThat(lineage.older()).containsExactly(TWO, FOUR);
    assertThat(lineage.passedOver()).containsExactly(3L);
    assertThat(lineage.upTo(FOUR))
        .isEqualTo(new Lineage(List.of(TWO, FOUR), List.of(3L), List.of()));
  }

  @Test
  void forgetsWhatIsDeletedAndWhatIsTooFarBack() {
    Lineage lineage = new Lineage(List.of(TWO, FOUR), List.of(3L), List.of());

    assertThat(lineage.with(FIVE, List.of(), List.of(), Set.of(FOUR, FIVE)))
        .isEqualTo(new Lineage(List.of(FOUR, FIVE), List.of(), List.of()));
    assertThat(lineage.with(FAR, List.of(), List.of(), Set.of(TWO, FOUR, FAR)))
        .isEqualTo(Lineage.beginningWith(FAR));
  }

  @Test
  void remembersWhatWasErasedFromWindowsThatMayBeTrainedAgain() {
    ErasedPlaces third = new ErasedPlaces(3L, List.of(1, 5));
    ErasedPlaces fifth = new ErasedPlaces(5L, List.of(0));
    Lineage lineage =
        Lineage.none()
            .with(TWO, List.of(), List.of(), Set.of(TWO))
            .with(FOUR, List.of(), List.of(third), Set.of(TWO, FOUR))
            .with(FIVE, List.of(), List.of(fifth), Set.of(TWO, FOUR, FIVE));

    assertThat(lineage.upTo(TWO).erasedFrom(3)).containsExactly(1, 5);
    assertThat(lineage.erasedFrom(4)).isEmpty();
    assertThat(lineage.with(FIVE, List.of(), List.of(), Set.of(FOUR, FIVE)).erased())
        .containsExactly(fifth);
  }

  @Test
  void hasNothingOlderAtItsBeginning() {
    assertThat(Lineage.none().older()).isEmpty();
    assertThat(Lineage.beginningWith(TWO).older()).isEmpty();
  }
}
