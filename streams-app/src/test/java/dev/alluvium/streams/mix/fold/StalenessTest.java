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
import dev.alluvium.schemas.avro.Policy;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A model's text is trained while the model that wrote it is young. */
class StalenessTest {
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
