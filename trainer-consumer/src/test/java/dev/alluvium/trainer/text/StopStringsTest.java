package dev.alluvium.trainer.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StopStringsTest {
  @TempDir Path directory;

  /** A stop string ends the text at the token that completes it, however the tokens fall. */
  @Test
  void endsAtTheTokenThatCompletesAStopString() throws IOException {
    try (Tokenizer tokenizer = TinyTokenizer.marked(directory)) {
      StopStrings stops = new StopStrings(tokenizer, List.of("\n\nQ:", "é—"));
      for (String text : List.of("One, two.\n\nQ: three", "caf é— déjà", "x é—", "\n\nQ:")) {
        List<Integer> ids = Arrays.stream(tokenizer.encode(text)).boxed().toList();
        int end = Integer.MAX_VALUE;
        for (int n = ids.size(); n >= 1; n--) {
          String before = tokenizer.decodeText(toArray(ids.subList(0, n)));
          end = before.contains("\n\nQ:") || before.contains("é—") ? n : end;
        }
        for (int n = 1; n < end && n <= ids.size(); n++) {
          assertThat(stops.test(ids.subList(0, n))).as(text + n).isFalse();
        }
        assertThat(stops.test(ids.subList(0, end))).as(text).isTrue();
      }
      assertThat(stops.cut("One, two.\n\nQ: three")).isEqualTo("One, two.");
      assertThat(stops.cut("nothing")).isEqualTo("nothing");
    }
  }

  @Test
  void noStopStringNeverEndsAndAnEmptyOneIsRefused() throws IOException {
    try (Tokenizer tokenizer = TinyTokenizer.marked(directory)) {
      assertThat(new StopStrings(tokenizer, List.of()).test(List.of(300, 301))).isFalse();
      assertThatThrownBy(() -> new StopStrings(tokenizer, List.of("")))
          .hasMessageContaining("a stop string is empty");
    }
  }

  private static int[] toArray(List<Integer> ids) {
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }
}
