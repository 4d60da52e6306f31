package dev.alluvium.trainer.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void returnsAnyUnicodeTextUnchangedAndCoversItWithoutGap(long seed) throws IOException {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    try (Tokenizer tokenizer = TinyTokenizer.marked(directory)) {
      for (int round = 0; round < 50; round++) {
        String text = randomText(random);
        EncodedText encoded = tokenizer.encodeWithOffsets(text);
        assertThat(tokenizer.decode(encoded.ids())).isEqualTo(text);
        assertThat(encoded.ids()).containsExactly(tokenizer.encode(text));
        int covered = 0;
        for (int i = 0; i < encoded.length(); i++) {
          assertThat(encoded.begin(i)).isLessThanOrEqualTo(covered);
          assertThat(encoded.end(i)).isGreaterThanOrEqualTo(covered);
          covered = encoded.end(i);
        }
        assertThat(covered).isEqualTo(text.length());
      }
    }
  }

  private static String randomText(UniformRandomProvider random) {
    int[] blocks = {0x20, 0x80, 0x300, 0x4e00, 0xac00, 0xfff0, 0x1f600, 0x10fff0};
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(40);
    for (int i = 0; i < length; i++) {
      int point = blocks[random.nextInt(blocks.length)] + random.nextInt(64) - 16;
      boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
      text.appendCodePoint(surrogate || !Character.isValidCodePoint(point) ? ' ' : point);
    }
    return text.toString();
  }

  @Test
  void theVocabularyEndsAfterTheLargestId() throws IOException {
    try (Tokenizer tokenizer = TinyTokenizer.marked(directory)) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(700);
    }
    Path file = directory.resolve("tokenizer.json");
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = (ObjectNode) json.readTree(file.toFile());
    ObjectNode added = ((ArrayNode) root.get("added_tokens")).addObject();
    added.put("id", 700).put("content", "<|more|>").put("special", true);
    for (String flag : new String[] {"single_word", "lstrip", "rstrip", "normalized"}) {
      added.put(flag, false);
    }
    Files.writeString(file, root.toString());
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(701);
      assertThat(tokenizer.decode(new int[] {700})).isEqualTo("<|more|>");
    }
  }

  @Test
  void neitherCutsNorPadsNorAddsWhateverTheFileSays() throws IOException {
    TinyTokenizer.write(directory, TinyTokenizer.SPECIAL);
    Path file = directory.resolve("tokenizer.json");
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = (ObjectNode) json.readTree(file.toFile());
    root.set(
        "truncation",
        json.readTree(
            "{\"direction\":\"Right\",\"max_length\":4,\"strategy\":\"LongestFirst\",\"stride\":0}"));
    root.set(
        "padding",
        json.readTree(
            "{\"strategy\":{\"Fixed\":8},\"direction\":\"Right\",\"pad_to_multiple_of\":null,"
                + "\"pad_id\":0,\"pad_type_id\":0,\"pad_token\":\"<|endoftext|>\"}"));
    root.set(
        "post_processor",
        json.readTree(
            "{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":"
                + "\"<|endoftext|>\",\"type_id\":0}},{\"Sequence\":{\"id\":\"A\",\"type_id\":0}}],"
                + "\"pair\":[],\"special_tokens\":{\"<|endoftext|>\":{\"id\":\"<|endoftext|>\","
                + "\"ids\":[0],\"tokens\":[\"<|endoftext|>\"]}}}"));
    Files.writeString(file, root.toString());
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      assertThat(tokenizer.encode("x".repeat(9999)).length).isGreaterThan(600);
      assertThat(tokenizer.encode("x")).hasSize(1);
      assertThat(tokenizer.decode(tokenizer.encode("abc"))).isEqualTo("abc");
      // it is not added by the tokenizer, so the template has to write it
      assertThat(tokenizer.bosText()).contains("<|endoftext|>");
    }
  }

  @Test
  void gathersEndTokensFromAllFiles() throws IOException {
    TinyTokenizer.write(directory, TinyTokenizer.SPECIAL);
    Files.writeString(directory.resolve("generation_config.json"), "{\"eos_token_id\":[3,2]}");
    Files.writeString(directory.resolve("config.json"), "{\"eos_token_id\":2}");
    Files.writeString(
        directory.resolve("tokenizer_config.json"),
        "{\"eos_token\":{\"content\":\"<|endoftext|>\"},\"bos_token\":\"<|user|>\","
            + "\"add_bos_token\":false,\"chat_template\":\"{{ x }}\"}");
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      assertThat(tokenizer.eosIds()).containsExactlyInAnyOrder(0, 2, 3);
      assertThat(tokenizer.eosText()).contains("<|endoftext|>");
      assertThat(tokenizer.bosText()).isEmpty();
      assertThat(tokenizer.chatTemplates().get("default").text()).isEqualTo("{{ x }}");
      assertThat(tokenizer.specialId(PromptTemplate.END)).hasValue(3);
      assertThat(tokenizer.decodeText(new int[] {3, 0})).isEmpty();
      assertThat(tokenizer.decode(new int[] {3, 0})).isEqualTo("<|end|><|endoftext|>");
    }
  }

  @Test
  void saysWhichFileIsMissingOrBroken() throws IOException {
    assertThatThrownBy(() -> Tokenizer.load(directory))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("has no tokenizer.json: load its tokenizer");
    Files.write(directory.resolve("tokenizer.model"), new byte[] {10});
    assertThatThrownBy(() -> Tokenizer.load(directory))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("has no tokenizer.json, only tokenizer.model, which is not read");
    Files.writeString(directory.resolve("tokenizer.json"), "{\"model\":7}");
    assertThatThrownBy(() -> Tokenizer.load(directory))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("not a usable tokenizer");
    Files.writeString(directory.resolve("tokenizer.json"), "{");
    assertThatThrownBy(() -> Tokenizer.load(directory))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("not readable JSON");
  }

  @Test
  void refusesHalfASurrogatePair() throws IOException {
    try (Tokenizer tokenizer = TinyTokenizer.marked(directory)) {
      assertThatThrownBy(() -> tokenizer.encode("a\ud83d"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
