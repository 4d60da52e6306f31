package dev.alluvium.streams.mix.fold;

import static dev.alluvium.streams.mix.fold.Ledger.candidate;
import static dev.alluvium.streams.mix.fold.Ledger.command;
import static dev.alluvium.streams.mix.fold.Ledger.policy;
import static dev.alluvium.streams.mix.fold.Ledger.promotion;
import static dev.alluvium.streams.mix.fold.Ledger.writtenBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.Policy;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A model's text is trained while the version that wrote it is young and not in quarantine. */
class VersionsTest {
  private static LedgerEntry own(String id, String version) {
    return writtenBy(version, candidate(id, "math"));
  }

  private static Policy staleAfter(int promotions) {
    return Policy.newBuilder(policy(100, Map.of())).setMaxStaleness(promotions).build();
  }

  @Test
  void whatWaitsAndWhatArrivesBecomesGoldWhenItsWriterIsTooOld() {
    Mix mix =
        Mix.under(staleAfter(1))
            .fold(own("base", "base"), own("one", "v000001"), candidate("gold", "math"))
            .fold(promotion(1), promotion(2))
            .fold(own("late", "v000000"), own("young", "v000002"))
            .fold(command("f", CommandKind.FLUSH));
    assertThat(mix.examples())
        .extracting(
            e -> e.getPairId(),
            e -> e.getTarget().getOrigin(),
            e -> e.getTarget().getText(),
            e -> e.getTarget().getReason())
        .containsExactlyInAnyOrder(
            tuple("base", Origin.GOLD, "answer to base", "stale"),
            tuple("one", Origin.MODEL, "own words", "s3ft_off"),
            tuple("gold", Origin.GOLD, "answer to gold", "s3ft_off"),
            tuple("late", Origin.GOLD, "answer to late", "stale"),
            tuple("young", Origin.MODEL, "own words", "s3ft_off"));
    assertThat(mix.lastReport().getStale()).isEqualTo(2);
  }

  @Test
  void versionsThatWereHeldDoNotCount() {
    Mix mix = Mix.under(staleAfter(1)).fold(own("base", "base"), promotion(9));
    assertThat(mix.state().getStale()).isZero();
    mix.fold(promotion(12));
    assertThat(mix.state().getStale()).isEqualTo(1);
  }

  @Test
  void aStricterPolicyAppliesToWhatWaits() {
    Mix mix = Mix.under(staleAfter(5)).fold(own("base", "base"), promotion(1));
    assertThat(mix.state().getStale()).isZero();
    mix.fold(Ledger.policyChange(mix.digest(), staleAfter(0)));
    assertThat(mix.state().getStale()).isEqualTo(1);
  }

  /** v1 learnt from windows 1 and 2, v2 from 3 too: window 2 in quarantine leaves neither. */
  @Test
  void whatAVersionInQuarantineWroteBecomesGold() {
    Policy policy = Policy.newBuilder(staleAfter(1)).setWindowExamples(1).setMinFill(1).build();
    Mix mix = Mix.under(policy);
    mix.fold(candidate("a", "math"), candidate("b", "math"), candidate("c", "math"));
    mix.fold(Ledger.trained(1), promotion(1, 1));
    mix.fold(Ledger.trained(2), promotion(2, 2), Ledger.trained(3), promotion(3, 3));
    mix.fold(candidate("fill4", "math"), candidate("fill5", "math"));
    mix.fold(own("two", "v000002"), own("one", "v000001"));
    assertThat(mix.state().getStale()).isEqualTo(1);
    mix.restart();
    mix.fold(Ledger.outcome(2, OutcomeStatus.QUARANTINED));
    mix.fold(own("three", "v000003"), own("young", "v000001"));
    mix.fold(Ledger.trained(4), Ledger.trained(5), command("f", CommandKind.FLUSH));
    mix.fold(Ledger.trained(6), Ledger.trained(7));
    assertThat(mix.examples())
        .filteredOn(e -> e.getWindowId() > 5)
        .extracting(e -> e.getPairId(), e -> e.getTarget().getReason())
        .containsExactly(
            tuple("two", "quarantined"),
            tuple("one", "stale"),
            tuple("three", "quarantined"),
            tuple("young", "s3ft_off"));
  }

  @Test
  void goldThatNoWindowCanHoldExpires() {
    Policy small = Policy.newBuilder(staleAfter(0)).setWindowTokens(12).build();
    Mix mix = Mix.under(small).fold(own("a-pair-with-a-long-name-and-gold", "base"));
    assertThat(mix.expired()).isEmpty();
    mix.fold(promotion(1));
    assertThat(mix.expired()).isEqualTo(Map.of("too_large", 1L));
  }

  @Test
  void theIndexIsTheSameAfterARestart() {
    Mix mix = Mix.under(staleAfter(0)).fold(own("base", "base"), promotion(1));
    mix.restart();
    mix.fold(command("f", CommandKind.FLUSH));
    assertThat(mix.examples().get(0).getTarget().getOrigin()).isEqualTo(Origin.GOLD);
    assertThat(mix.close(1).getEstimatedTokens())
        .isEqualTo(mix.examples().get(0).getEstimatedTokens());
  }
}
