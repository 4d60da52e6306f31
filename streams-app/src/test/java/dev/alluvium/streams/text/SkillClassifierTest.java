package dev.alluvium.streams.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.Pair;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SkillClassifierTest {
  @ParameterizedTest
  @CsvSource({
    "code, 'Write a Python function that reverses a list.'",
    "code, 'What does ```ls``` do?'",
    "math, 'Tom has 3 apples. How many are left?'",
    "math, 'what is 12 * 7'",
    "reading, 'According to the passage, who left?'",
    "general, 'Name three rivers.'"
  })
  void builtInRulesKnowThePlainCases(String skill, String instruction) {
    assertThat(new SkillClassifier(Map.of(), "general").skillOf(pair(instruction)))
        .isEqualTo(skill);
  }

  @Test
  void theProducersWordComesFirst() {
    Pair pair = Pair.newBuilder(pair("Write Python")).setSkill("domain").build();
    assertThat(new SkillClassifier(Map.of(), "general").skillOf(pair)).isEqualTo("domain");
  }

  @Test
  void theFirstRuleThatIsFoundDecidesAndReplacesTheBuiltInOnes() {
    Map<String, String> rules = new LinkedHashMap<>();
    rules.put("sea", "(?i)wave");
    rules.put("air", "(?i)wave|wind");
    SkillClassifier classifier = new SkillClassifier(rules, "other");
    assertThat(classifier.skillOf(pair("Wave and wind"))).isEqualTo("sea");
    assertThat(classifier.skillOf(pair("wind"))).isEqualTo("air");
    assertThat(classifier.skillOf(pair("Write Python"))).isEqualTo("other");
  }

  private static Pair pair(String instruction) {
    return Pair.newBuilder().setInstruction(instruction).setResponse("r").build();
  }
}
