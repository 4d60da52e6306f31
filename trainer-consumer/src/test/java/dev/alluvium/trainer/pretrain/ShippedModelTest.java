package dev.alluvium.trainer.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.alluvium.trainer.text.Conversation;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.PromptTemplate;
import dev.alluvium.trainer.text.TokenizedExample;
import dev.alluvium.trainer.text.Tokenizer;
import dev.alluvium.trainer.weights.Safetensors;
import dev.alluvium.trainer.weights.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the shipped model and sample promise in their READMEs. */
class ShippedModelTest {
  private static final Path MODEL = Path.of("../models/tiny");
  private static final Path PAIRS = Path.of("../data/pairs");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void wasNotTrainedOnAnySourceOfTheSample() throws IOException {
    Set<String> trained = new HashSet<>();
    JSON.readTree(MODEL.resolve("sources.json").toFile())
        .path("trained_tokens_per_pass")
        .fieldNames()
        .forEachRemaining(trained::add);
    Set<String> streamed = new HashSet<>();
    for (JsonNode pair : pairs()) {
      streamed.add(pair.path("source").textValue());
    }
    assertThat(trained).isNotEmpty().doesNotContainAnyElementsOf(streamed);
    assertThat(streamed).hasSize(8);
  }

  @Test
  void isSmallEnoughToLiveInTheRepository() throws IOException {
    try (Stream<Path> files = Files.list(MODEL);
        Safetensors weights = Safetensors.open(MODEL)) {
      assertThat(files.mapToLong(file -> file.toFile().length()).sum()).isLessThan(12_000_000);
      assertThat(weights.tensors().values().stream().mapToLong(TensorInfo::size).sum())
          .isEqualTo(5_401_856);
    }
  }

  @Test
  void everyPairOfTheSampleFitsAndNoneComesTwice() throws IOException {
    Map<String, Integer> bySkill = new HashMap<>();
    Set<String> ids = new HashSet<>();
    try (Tokenizer tokenizer = Tokenizer.load(MODEL)) {
      ExampleTokenizer examples =
          new ExampleTokenizer(tokenizer, PromptTemplate.forTokenizer(tokenizer), 256);
      for (JsonNode pair : pairs()) {
        Conversation conversation =
            Conversation.of(pair.path("instruction").textValue(), pair.path("context").textValue());
        assertThat(examples.tokenize(conversation, pair.path("response").textValue()))
            .as(pair.path("id").textValue())
            .isInstanceOf(TokenizedExample.class);
        bySkill.merge(pair.path("skill").textValue(), 1, Integer::sum);
        assertThat(ids.add(pair.path("id").textValue())).isTrue();
      }
    }
    assertThat(bySkill)
        .isEqualTo(Map.of("math", 400, "code", 400, "reading", 400, "general", 400, "domain", 400));
  }

  private static List<JsonNode> pairs() throws IOException {
    List<JsonNode> pairs = new ArrayList<>();
    try (Stream<Path> files = Files.list(PAIRS)) {
      for (Path file : files.sorted().toList()) {
        for (String line : Files.readAllLines(file)) {
          pairs.add(JSON.readTree(line));
        }
      }
    }
    return pairs;
  }
}
