package dev.alluvium.streams.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.Policy;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyRulesTest {
  private static final Policy BASE =
      new Policy(Map.of("math", 2, "code", 1), 1, 64, 1_000, 2_000L, 3, 4, 500, 60_000L, 7, 2, 3);

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
            Policy.newBuilder(BASE).setDefaultWeight(0).build(),
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
    assertThat(PolicyRules.weight(BASE, "poems")).isEqualTo(1);
  }
}
