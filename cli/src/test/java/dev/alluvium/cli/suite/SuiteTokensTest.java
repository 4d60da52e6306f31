package dev.alluvium.cli.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.trainer.text.BytePairTrainer;
import dev.alluvium.trainer.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The suite's texts as a vocabulary learnt from them sees them. */
class SuiteTokensTest {
  private static final int VOCABULARY = 512;
  private static final Pattern LETTER = Pattern.compile(" [a-z](?=[ ,]|$)");
  private static final Pattern LETTER_TOKEN = Pattern.compile(" [a-z]");
  private static final Pattern DIGIT_TOKEN = Pattern.compile("[0-9]");

  @TempDir private static Path directory;
  private static List<Entry> entries = List.of();
  private static Tokenizer tokenizer;

  @BeforeAll
  static void learnAVocabulary() throws IOException {
    entries = new Parts(2).base().limit(6000).toList();
    List<String> special = List.of("<|endoftext|>", "<|user|>", "<|assistant|>", "<|end|>");
    new BytePairTrainer(VOCABULARY, special)
        .train(texts().iterator(), directory.resolve("tokenizer.json"));
    Files.writeString(
        directory.resolve("tokenizer_config.json"),
        "{\"tokenizer_class\": \"PreTrainedTokenizerFast\", \"eos_token\": \"<|end|>\"}");
    tokenizer = Tokenizer.load(directory);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private static Stream<String> texts() {
    return entries.stream().flatMap(entry -> Stream.of(entry.instruction(), entry.response()));
  }

  @Test
  void theVocabularyIsSmall() {
    assertThat(tokenizer.vocabularySize()).isLessThanOrEqualTo(VOCABULARY);
  }

  @Test
  void everyOperandIsOneTokenWhereverItStands() {
    texts()
        .forEach(
            text -> {
              List<String> tokens =
                  Arrays.stream(tokenizer.encode(text))
                      .mapToObj(id -> tokenizer.decode(new int[] {id}))
                      .toList();
              assertThat(String.join("", tokens)).isEqualTo(text);
              assertThat(matching(tokens, LETTER_TOKEN))
                  .isEqualTo(LETTER.matcher(text).results().map(MatchResult::group).toList());
              assertThat(matching(tokens, DIGIT_TOKEN))
                  .isEqualTo(DIGIT_TOKEN.matcher(text).results().map(MatchResult::group).toList());
            });
  }

  private static List<String> matching(List<String> tokens, Pattern pattern) {
    return tokens.stream().filter(pattern.asMatchPredicate()).toList();
  }
}
