package dev.alluvium.streams.mix.fold;

import static dev.alluvium.streams.mix.fold.Ledger.policy;
import static dev.alluvium.streams.mix.fold.Ledger.policyChange;
import static dev.alluvium.streams.mix.fold.Ledger.trained;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.Answer;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PolicyChange;
import dev.alluvium.streams.policy.PolicyRules;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyChangeTest {
  @Test
  void takesAPolicyOnlyWhenItIsBasedOnTheOneInForceAndValid() {
    Policy first = policy(2, Map.of());
    Policy second = policy(3, Map.of());
    Mix mix = Mix.under(first).fold(policyChange(null, second));
    assertThat(mix.ignored).containsExactly("policy_not_current");
    mix.fold(policyChange(mix.digest(), policy(5_001, Map.of())));
    assertThat(mix.ignored).containsExactly("policy_not_current", "policy_invalid");
    assertThat(mix.digest()).isEqualTo(PolicyRules.digest(first));
    mix.fold(policyChange(mix.digest(), second));
    assertThat(mix.digest()).isEqualTo(PolicyRules.digest(second));
    assertThat(mix.answers)
        .extracting(Answer::getAccepted)
        .containsExactly(true, false, false, true);
    assertThat(mix.answers.get(2).getDetail())
        .isEqualTo("windowExamples is 5001: expected 1 to 5000");
    assertThat(mix.candidates("math", 0, 3).close(1).getExamples()).isEqualTo(3);
  }

  @Test
  void aNewPolicyJudgesWhatAlreadyWaits() {
    Mix mix = Mix.under(policy(100, Map.of())).candidates("math", 0, 5).candidates("code", 0, 5);
    Policy next =
        Policy.newBuilder(policy(3, Map.of("math", 1, "other", 1))).setPoolExamples(3).build();
    mix.fold(policyChange(mix.digest(), next));
    assertThat(mix.expired()).isEqualTo(Map.of("no_weight", 5L, "pool_full", 2L));
  }

  @Test
  void drainsWhatWaitsForASkillThatIsRefusedFromNowOn() {
    Mix mix = Mix.under(policy(100, Map.of())).candidates("math", 0, 5).candidates("code", 0, 3);
    Policy next = Policy.newBuilder(policy(4, Map.of("math", 3))).setDrain(true).build();
    mix.fold(policyChange(mix.digest(), next));
    assertThat(mix.expired()).isEmpty();
    assertThat(mix.close(1).getPerSkill()).isEqualTo(Map.of("code", 1, "math", 3));
    mix.candidates("code", 3, 1).candidates("math", 5, 20);
    for (int window = 1; window <= 5; window++) {
      mix.fold(trained(window));
    }
    assertThat(mix.expired()).isEqualTo(Map.of("no_weight", 1L));
    assertThat(mix.store.pooled("code")).isZero();
    assertThat(mix.close(6).getPerSkill()).isEqualTo(Map.of("math", 4));
  }

  @Test
  void knowsWhichSettingsWereAppliedLast() {
    Policy settings = policy(2, Map.of());
    Mix mix = new Mix().fold(new LedgerEntry(new PolicyChange("s", null, true, settings)));
    mix.fold(policyChange(mix.digest(), policy(3, Map.of())));
    assertThat(mix.state().getSettingsDigest()).isEqualTo(PolicyRules.digest(settings));
    mix.restart();
    assertThat(mix.state().getSettingsDigest()).isEqualTo(PolicyRules.digest(settings));
  }
}
