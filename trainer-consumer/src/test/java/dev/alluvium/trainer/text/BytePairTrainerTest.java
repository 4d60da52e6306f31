package dev.alluvium.trainer.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BytePairTrainerTest {
  @TempDir Path directory;

  @Test
  void learnsTheMergesOfTheReferenceLibrary() throws IOException {
    JsonNode expected = TinyTokenizer.resource("expected.json");
    BytePairVocabulary learnt =
        new BytePairTrainer(700, TinyTokenizer.SPECIAL)
            .learn(TinyTokenizer.paragraphs().iterator());
    assertThat(learnt.merges()).containsExactlyElementsOf(strings(expected.path("merges")));
    assertThat(learnt.size()).isEqualTo(expected.path("vocab").size());
  }

  @Test
  void theFileGivesTheIdsOfTheReferenceLibrary() throws IOException {
    try (Tokenizer tokenizer = TinyTokenizer.marked(directory)) {
      for (JsonNode sample : TinyTokenizer.resource("expected.json").path("samples")) {
        List<Integer> ids = new ArrayList<>();
        sample.path("ids").forEach(id -> ids.add(id.intValue()));
        assertThat(tokenizer.encode(sample.path("text").textValue()))
            .as(sample.path("text").textValue())
            .containsExactly(ids.stream().mapToInt(Integer::intValue).toArray());
      }
    }
  }

  @Test
  void writesTheSameBytesWhateverTheOrderOfTheTexts() throws IOException {
    List<String> texts = new ArrayList<>(TinyTokenizer.paragraphs());
    Path forward = directory.resolve("forward.json");
    Path backward = directory.resolve("backward.json");
    int size = new BytePairTrainer(600, TinyTokenizer.SPECIAL).train(texts.iterator(), forward);
    Collections.reverse(texts);
    new BytePairTrainer(600, TinyTokenizer.SPECIAL).train(texts.iterator(), backward);
    assertThat(size).isEqualTo(600);
    assertThat(forward).hasSameBinaryContentAs(backward);
  }

  @Test
  void stopsWhenNoPairOccursTwice() {
    BytePairVocabulary learnt =
        new BytePairTrainer(1000, List.of()).learn(List.of("abc abd").iterator());
    assertThat(learnt.merges()).containsExactly("a b");
  }

  @Test
  void refusesAVocabularyWithoutRoomForAllBytes() {
    assertThatThrownBy(() -> new BytePairTrainer(259, TinyTokenizer.SPECIAL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected room for 256 bytes and 4 special tokens");
  }

  private static List<String> strings(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.textValue()));
    return texts;
  }
}
