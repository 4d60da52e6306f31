package dev.alluvium.streams.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.Turn;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenEstimateTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "a", "hello", "Größe", "日本語", "\uD83C\uDF0A wave", "seven b"})
  void countsBytesAsUtf8Does(String text) {
    int bytes = text.getBytes(UTF_8).length;
    assertThat(TokenEstimate.of(new Prompt(text, null, List.of()), ""))
        .isEqualTo((int) Math.ceil(bytes / 3.5) + 8);
    assertThat(TokenEstimate.of(new Prompt(text, text, List.of(new Turn("user", text))), text))
        .isEqualTo((int) Math.ceil(4 * bytes / 3.5) + 16);
  }
}
