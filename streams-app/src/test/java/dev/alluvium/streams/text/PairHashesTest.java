package dev.alluvium.streams.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.Pair;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairHashesTest {
  @ParameterizedTest
  @CsvSource({
    "'Tom has 3 apples.', 'Anna has 15 apples.'",
    "'A bus for $1,250.50 left at 10:30.', 'A bus for $2 left at 9:05.'",
    "'Jean-Luc and Émile run.', 'Bob and Zoë run.'"
  })
  void variantsOfOneProblemAreOneGroup(String one, String other) {
    assertThat(group(one, null)).isEqualTo(group(other, null));
  }

  @ParameterizedTest
  @CsvSource({
    "'Tom has 3 apples.', 'Tom has 3 pears.'",
    "'what is the capital of france?', 'what is the capital of spain?'"
  })
  void otherQuestionsAreOtherGroups(String one, String other) {
    assertThat(group(one, null)).isNotEqualTo(group(other, null));
  }

  @Test
  void questionsOnOneContextAreOneGroup() {
    assertThat(group("who?", "A  story.")).isEqualTo(group("where?", "A story."));
    assertThat(group("who?", "A story.")).isNotEqualTo(group("who?", "Another story."));
    assertThat(group("who?", " ")).isEqualTo(group("who?", null));
  }

  @Test
  void idIsTheProducersOrTheContentHash() {
    Pair pair = Pair.newBuilder().setInstruction("a").setResponse("b").build();
    String content = PairHashes.content(PairHashes.prompt(pair), "b");
    assertThat(PairHashes.id(pair, content)).isEqualTo(content).hasSize(64);
    assertThat(PairHashes.id(Pair.newBuilder(pair).setId("x").build(), content)).isEqualTo("x");
  }

  @ParameterizedTest
  @CsvSource({
    "'a b', 'a  b'",
    "'a b', ' a b'",
    "'a b', 'a b '",
    "'a b', 'a\tb'",
    "'a b', 'a\u00a0b'",
    "'a b', 'a\u2003b'",
    "'\u00e9', 'e\u0301'",
    "'a \u00e9', 'a  e\u0301'"
  })
  void whiteSpaceAndCompositionDoNotMakeAnotherPrompt(String one, String other) {
    assertThat(prompt(one)).isEqualTo(prompt(other)).isNotEqualTo(prompt("ab"));
  }

  private static String prompt(String instruction) {
    return PairHashes.prompt(
        Pair.newBuilder().setInstruction(instruction).setResponse("r").build());
  }

  private static String group(String instruction, @Nullable String context) {
    return PairHashes.group(
        Pair.newBuilder().setInstruction(instruction).setContext(context).setResponse("r").build());
  }
}
