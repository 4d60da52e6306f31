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

  @Test
  void proposesOnceAndThenWaitsForTheAnswer() {
    PolicyChange change = proposal.next(null);
    assertThat(change).isNotNull();
    assertThat(change.getBasedOn()).isNull();
    assertThat(change.getPolicy()).isEqualTo(policy);
    assertThat(proposal.next(null)).isNull();
  }

  @Test
  void proposesAgainWhenAnotherPolicyCameFirst() {
    proposal.next("first");
    PolicyChange again = proposal.next("second");
    assertThat(again).isNotNull();
    assertThat(again.getBasedOn()).isEqualTo("second");
  }

  @Test
  void leavesAPolicyAloneThatPeopleSetLater() {
    assertThat(proposal.next(PolicyRules.digest(policy))).isNull();
    assertThat(proposal.next("set by people")).isNull();
  }
}
