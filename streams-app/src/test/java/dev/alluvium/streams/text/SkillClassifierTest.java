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

  @ParameterizedTest
  @CsvSource({
    "code, 'python;java;javascript;sql;bash;html;regex;code;function;compile;PYTHON'",
    "code, 'c++;C++;c++17;```'",
    "math, 'how many;how much;calculate;compute;sum of;percent;percentage;equation;solve;average'",
    "math, '3 + 4;3=3;10 ÷ 2;٣ × ٤'",
    "reading, 'passage;paragraph;article;story;excerpt;given text;following context;STORY'"
  })
  void everyWordOfABuiltInRuleIsFoundWhereverItStands(String skill, String words) {
    SkillClassifier classifier = new SkillClassifier(Map.of(), "general");
    for (String word : words.split(";")) {
      assertThat(classifier.skillOf(pair(word))).as(word).isEqualTo(skill);
      assertThat(classifier.skillOf(pair("Now (" + word + ") then"))).as(word).isEqualTo(skill);
    }
  }

  @Test
  void partsOfWordsAreNotFound() {
    SkillClassifier classifier = new SkillClassifier(Map.of(), "general");
    for (String word :
        "encode;codes;htmls;resolve;averages;history;articles;how;how few;sum;given;3 +;+ 4;a - 4;``;my_code"
            .split(";")) {
      assertThat(classifier.skillOf(pair("the " + word + " here"))).as(word).isEqualTo("general");
    }
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
    assertThat(classifier.find(pair("wind"))).isEqualTo("air");
    assertThat(classifier.find(pair("Write Python"))).isNull();
  }

  private static Pair pair(String instruction) {
    return Pair.newBuilder().setInstruction(instruction).setResponse("r").build();
  }
}
