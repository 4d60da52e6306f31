package dev.alluvium.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.schemas.avro.CloseReason;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.window.WindowDigest;
import dev.alluvium.trainer.consume.Window;
import dev.alluvium.trainer.generate.Asking;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.PromptTemplate;
import dev.alluvium.trainer.text.TokenizedExample;
import dev.alluvium.trainer.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A template that writes the date writes the pair's: the same when asked and when trained. */
class DatedPromptTest {
  private static final Path MODEL = Path.of("../models/tiny");
  private static final String DATE = "{{ 'Today is ' ~ strftime_now('%d %b %Y') }}";
  private static final Instant EVENT = Instant.parse("1999-12-31T23:59:59Z");

  @TempDir Path directory;

  @Test
  void theAskedPromptIsTheTrainedPrompt() throws IOException {
    Files.copy(MODEL.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
    ObjectNode config =
        (ObjectNode) new ObjectMapper().readTree(MODEL.resolve("tokenizer_config.json").toFile());
    config.put("chat_template", DATE + config.path("chat_template").asText());
    Files.writeString(directory.resolve("tokenizer_config.json"), config.toString());
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      ExampleTokenizer examples =
          new ExampleTokenizer(tokenizer, PromptTemplate.forTokenizer(tokenizer), 128);
      int[] asked =
          examples.prompt(
              Asking.asked(
                      Asking.request("a", GenerationKind.ANSWER, "Add 1 and 2.", 8)
                          .setEventTime(EVENT))
                  .conversation());
      assertThat(tokenizer.decode(asked)).contains("Today is 31 Dec 1999").contains("Add 1 and 2.");
      TokenizedExample trained = trained(examples);
      assertThat(Arrays.copyOf(trained.ids(), asked.length)).isEqualTo(asked);
      assertThat(trained.trained(asked.length - 1)).isFalse();
      assertThat(trained.trained(asked.length)).isTrue();
    }
  }

  private static TokenizedExample trained(ExampleTokenizer tokenizer) {
    List<Example> examples =
        List.of(
            Example.newBuilder(Windows.example(1, 0, "Add 1 and 2.", "It is 3."))
                .setEventTime(EVENT.toEpochMilli())
                .build());
    Window window =
        new Window(
            Windows.open(1),
            examples,
            Windows.close(1, 1, WindowDigest.of(examples), CloseReason.COUNT),
            0,
            3);
    return TokenizedWindow.of(window, tokenizer, List.of(), Set.of()).examples().get(0);
  }
}
