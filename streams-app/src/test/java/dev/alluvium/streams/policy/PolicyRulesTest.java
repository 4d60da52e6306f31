package dev.alluvium.streams.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.DmtRules;
import dev.alluvium.schemas.avro.HygieneRules;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PolicyKind;
import dev.alluvium.schemas.avro.QuotaUnit;
import dev.alluvium.schemas.avro.ReplayRules;
import dev.alluvium.streams.mix.fold.Ledger;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyRulesTest {
  private static final Policy BASE =
      Policy.newBuilder(Ledger.policy(64, Map.of("math", 2, "code", 1))).build();

  @Test
  void digestDoesNotDependOnTheOrderOfSkills() {
    Map<String, Integer> other = new LinkedHashMap<>();
    other.put("code", 1);
    other.put("math", 2);
    assertThat(PolicyRules.digest(Policy.newBuilder(BASE).setWeights(other).build()))
        .isEqualTo(PolicyRules.digest(BASE));
  }

  @Test
  void digestDependsOnEveryField() {
    List<Policy> variants =
        List.of(
            BASE,
            Policy.newBuilder(BASE).setWeights(Map.of("math", 2)).build(),
            Policy.newBuilder(BASE).setWeights(Map.of("math", 2, "code", 2)).build(),
            Policy.newBuilder(BASE).setDefaultWeight(3).build(),
            Policy.newBuilder(BASE).setKind(PolicyKind.PROPORTIONAL).build(),
            Policy.newBuilder(BASE).setUnit(QuotaUnit.TOKENS).build(),
            Policy.newBuilder(BASE).setStrict(true).build(),
            Policy.newBuilder(BASE).setCaps(Map.of("math", 9)).build(),
            Policy.newBuilder(BASE).setDrain(true).build(),
            Policy.newBuilder(BASE).setReplay(new ReplayRules(1, Map.of(), 2, 3L, 1)).build(),
            Policy.newBuilder(BASE).setHygiene(new HygieneRules(1, 2, 3L, 4)).build(),
            Policy.newBuilder(BASE)
                .setDmt(new DmtRules(List.of("general"), 1, 2, 3L, 4L, 5, 6))
                .build(),
            Policy.newBuilder(BASE).setWindowExamples(65).build(),
            Policy.newBuilder(BASE).setWindowTokens(1_001).build(),
            Policy.newBuilder(BASE).setWindowMillis(2_001).build(),
            Policy.newBuilder(BASE).setMinFill(4).build(),
            Policy.newBuilder(BASE).setMaxCarry(5).build(),
            Policy.newBuilder(BASE).setPoolExamples(501).build(),
            Policy.newBuilder(BASE).setPoolMillis(60_001).build(),
            Policy.newBuilder(BASE).setProbesPerSkill(8).build(),
            Policy.newBuilder(BASE).setMaxAhead(3).build(),
            Policy.newBuilder(BASE).setMaxStaleness(4).build());
    Set<String> digests = new HashSet<>();
    variants.forEach(policy -> digests.add(PolicyRules.digest(policy)));
    assertThat(digests).hasSameSizeAs(variants);
    // Weights and every other field of the schema have a variant above.
    assertThat(variants).hasSize(Policy.SCHEMA$.getFields().size() + 2);
  }

  @Test
  void weightIsTheSkillsOwnOrTheDefault() {
    assertThat(PolicyRules.weight(BASE, "math")).isEqualTo(2);
    assertThat(PolicyRules.weight(BASE, "poems")).isZero();
  }
}
