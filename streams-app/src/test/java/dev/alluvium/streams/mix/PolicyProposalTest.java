package dev.alluvium.streams.mix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PolicyChange;
import dev.alluvium.streams.mix.fold.Ledger;
import dev.alluvium.streams.policy.PolicyRules;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyProposalTest {
  private final Policy policy = Ledger.policy(8, Map.of("math", 1));
  private final PolicyProposal proposal = new PolicyProposal(policy);

  private final String digest = PolicyRules.digest(policy);

  @Test
  void proposesOnceAndThenWaitsForTheAnswer() {
    PolicyChange change = proposal.next(null, null);
    assertThat(change).isNotNull();
    assertThat(change.getBasedOn()).isNull();
    assertThat(change.getFromSettings()).isTrue();
    assertThat(change.getPolicy()).isEqualTo(policy);
    assertThat(proposal.next(null, null)).isNull();
    assertThat(proposal.next(digest, digest)).isNull();
  }

  @Test
  void proposesAgainWhenAnotherPolicyCameFirst() {
    proposal.next("first", null);
    PolicyChange again = proposal.next("second", null);
    assertThat(again).isNotNull();
    assertThat(again.getBasedOn()).isEqualTo("second");
  }

  @Test
  void leavesAPolicyAloneThatPeopleSetSinceTheSettingsWereApplied() {
    assertThat(proposal.next("set by people", digest)).isNull();
  }

  @Test
  void settingsThatHaveChangedReplaceWhatPeopleSet() {
    PolicyChange change = proposal.next("set by people", "older settings");
    assertThat(change).isNotNull();
    assertThat(change.getBasedOn()).isEqualTo("set by people");
  }
}
