package dev.alluvium.cli.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.trainer.text.BytePairTrainer;
import dev.alluvium.trainer.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The suite's texts as a vocabulary learnt from them sees them. */
class SuiteTokensTest {
  private static final int VOCABULARY = 512;
  private static final Pattern OPERAND = Pattern.compile(" [a-z](?=[ ,]|$)|[0-9]");

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
              Set<String> tokens = new HashSet<>(); // each as [begin, end) in the text
              int begin = 0;
              for (int id : tokenizer.encode(text)) {
                int end = begin + tokenizer.decode(new int[] {id}).length();
                tokens.add(begin + "-" + end);
                begin = end;
              }
              assertThat(begin).isEqualTo(text.length());
              OPERAND
                  .matcher(text)
                  .results()
                  .forEach(
                      operand ->
                          assertThat(tokens)
                              .as("%s in %s", operand.group(), text)
                              .contains(operand.start() + "-" + operand.end()));
            });
    assertThat(texts().filter(text -> OPERAND.matcher(text).find())).hasSizeGreaterThan(10_000);
  }
}
