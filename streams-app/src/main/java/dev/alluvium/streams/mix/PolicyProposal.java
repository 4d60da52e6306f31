package dev.alluvium.streams.mix;

import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PolicyChange;
import dev.alluvium.streams.policy.PolicyRules;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Brings the settings' policy into force when the settings have changed since they were last
 * applied; a policy that people set since stays otherwise.
 */
final class PolicyProposal {
  private final Policy policy;
  private final String digest;
  private boolean proposed;
  private @Nullable String basedOn;

  PolicyProposal(Policy policy) {
    this.policy = policy;
    this.digest = PolicyRules.digest(policy);
  }

  /**
   * The change to write to the ledger now; null when there is nothing to change, or when the answer
   * to the last proposal is still on its way.
   *
   * @param current digest of the policy in force; null before the first
   * @param applied digest of the settings' policy when it was last applied; null when it never was
   */
  @Nullable PolicyChange next(@Nullable String current, @Nullable String applied) {
    if (digest.equals(applied) || (proposed && Objects.equals(basedOn, current))) {
      return null;
    }
    proposed = true;
    basedOn = current;
    return new PolicyChange("settings-" + digest.substring(0, 12), current, true, policy);
  }
}
