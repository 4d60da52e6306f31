package dev.alluvium.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.CloseReason;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.schemas.avro.WindowClose;
import dev.alluvium.schemas.avro.WindowOpen;
import dev.alluvium.trainer.consume.Window;
import dev.alluvium.trainer.text.Conversation;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.PromptTemplate;
import dev.alluvium.trainer.text.TokenizedExample;
import dev.alluvium.trainer.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A model's own answer is trained in the ids in which it wrote it. */
class WrittenIdsTest {
  private static final String QUESTION = "Say hello";

  private final Tokenizer tokenizer = Tokenizer.load(Path.of("../models/tiny"));
  private final PromptTemplate template = PromptTemplate.forTokenizer(tokenizer);
  private final ExampleTokenizer examples = new ExampleTokenizer(tokenizer, template, 64);

  @AfterEach
  void close() {
    tokenizer.close();
  }

  private List<Integer> ids(String text) {
    return Arrays.stream(tokenizer.encode(text)).boxed().toList();
  }

  /** Letter by letter, which is not how the tokenizer would write it. */
  private List<Integer> spelt(String text) {
    List<Integer> ids = new ArrayList<>();
    for (String letter : text.split("")) {
      ids.addAll(ids(letter));
    }
    ids.add(template.stopIds().iterator().next());
    return ids;
  }

  private TokenizedExample tokenized(String digest, List<Integer> written) {
    Target target =
        Target.newBuilder()
            .setText("hello there")
            .setOrigin(Origin.MODEL)
            .setReason("right_answer")
            .setTokenIds(written)
            .setTokenizer(digest)
            .build();
    Example example =
        Example.newBuilder()
            .setWindowId(1)
            .setIndex(0)
            .setPairId("a")
            .setSkill("general")
            .setPrompt(new Prompt(QUESTION, null, List.of()))
            .setTarget(target)
            .setEstimatedTokens(9)
            .setEventTime(0)
            .setPosition(new SourcePosition("pairs.v1", 0, 0L))
            .build();
    TokenizedWindow window = TokenizedWindow.of(window(example), examples, List.of(), Set.of());
    assertThat(window.refused()).isEmpty();
    return window.examples().get(0);
  }

  private static Window window(Example example) {
    return new Window(
        new WindowOpen(1L, 1, "p", "s", Map.of(), null, List.of()),
        List.of(example),
        new WindowClose(1L, CloseReason.COUNT, 1, Map.of("general", 1), 9L, "d", 0L),
        0L,
        1L);
  }

  private static List<Integer> trained(TokenizedExample example) {
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < example.length(); i++) {
      if (example.trained(i)) {
        ids.add(example.id(i));
      }
    }
    return ids;
  }

  @Test
  void theIdsAreThoseItWrote() {
    List<Integer> written = spelt("hello there");
    assertThat(written.size()).isGreaterThan(ids("hello there").size() + 1);
    TokenizedExample example = tokenized(tokenizer.digest(), written);
    assertThat(trained(example)).isEqualTo(written);
    int[] prompt = tokenizer.encode(template.prompt(Conversation.of(QUESTION)));
    assertThat(Arrays.copyOf(example.ids(), prompt.length)).isEqualTo(prompt);
    assertThat(example.length()).isEqualTo(prompt.length + written.size());
  }

  @Test
  void idsOfAnotherTokenizerOrWithoutAnEndGiveWayToTheText() {
    List<Integer> written = spelt("hello there");
    List<Integer> open = written.subList(0, written.size() - 1);
    List<Integer> foreign = new ArrayList<>(written);
    foreign.set(0, tokenizer.vocabularySize());
    List<Integer> plain = trained(tokenized("another", written));
    assertThat(plain).startsWith(ids("hello there").toArray(Integer[]::new));
    assertThat(plain).isNotEqualTo(written);
    assertThat(trained(tokenized(tokenizer.digest(), open))).isEqualTo(plain);
    assertThat(trained(tokenized(tokenizer.digest(), foreign))).isEqualTo(plain);
    assertThat(trained(tokenized(tokenizer.digest(), List.of()))).isEqualTo(plain);
  }
}
