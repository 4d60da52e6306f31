package dev.alluvium.trainer.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TemplateChoiceTest {
  @TempDir Path directory;

  /** What only begins as JSON is a text: a template writes all of it. */
  @ParameterizedTest
  @CsvSource({
    "26 Jul 2024, 26 Jul 2024",
    "true story, true story",
    "false, false",
    "3, 3",
    "'[1, 2]', '[1,2]'"
  })
  void valuesAreJsonOrText(String text, String wanted) {
    assertThat(TemplateChoice.of("any", Map.of("x", text)).variables().get("x"))
        .hasToString(wanted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"messages", "add_generation_prompt", "a.b", "", "7up"})
  void namesThatNoTemplateCouldReadAreRefused(String name) {
    assertThatThrownBy(() -> TemplateChoice.of("any", Map.of(name, "1")))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("template variable " + name);
  }

  @Test
  void theBuiltInFormReadsNoVariables() throws IOException {
    TinyTokenizer.write(directory, TinyTokenizer.SPECIAL);
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      for (String name : new String[] {TemplateChoice.BUILTIN, TemplateChoice.MODEL}) {
        assertThatThrownBy(
                () -> PromptTemplate.choose(tokenizer, TemplateChoice.of(name, Map.of("x", "1"))))
            .isInstanceOf(TextException.class)
            .hasMessageContaining("reads no variables: it was given [x]");
      }
    }
  }
}
