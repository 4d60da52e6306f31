package dev.alluvium.trainer.pretrain;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.text.BytePairTrainer;
import dev.alluvium.trainer.text.PromptTemplate;
import dev.alluvium.trainer.text.Tokenizer;
import dev.alluvium.trainer.weights.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The Hugging Face model directory that a pretraining run writes. */
final class ModelDirectory {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> SPECIAL =
      List.of(
          Corpus.END_OF_TEXT, PromptTemplate.USER, PromptTemplate.ASSISTANT, PromptTemplate.END);

  private final Path directory;

  ModelDirectory(Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(directory + " cannot be created", e);
    }
  }

  /** Where the state of an interrupted run is kept until the run is complete. */
  Path state() {
    return directory.resolve("training-state.safetensors");
  }

  /** The tokenizer that is there, or a new one learnt from the files. */
  Tokenizer tokenizer(List<Path> files, int vocabulary) {
    Path file = directory.resolve("tokenizer.json");
    if (!Files.exists(file)) {
      List<String> texts = new ArrayList<>();
      new DocumentReader(files)
          .read(
              record -> {
                for (String field : List.of("text", "instruction", "context", "response")) {
                  texts.add(record.path(field).asText(""));
                }
              });
      new BytePairTrainer(vocabulary, SPECIAL).train(texts.iterator(), file);
      writeTokenizerSettings();
    }
    return Tokenizer.load(directory);
  }

  private void writeTokenizerSettings() {
    ObjectNode settings = JSON.createObjectNode();
    settings.put("tokenizer_class", "PreTrainedTokenizerFast");
    settings.put("add_bos_token", false).put("add_eos_token", false);
    settings.put("clean_up_tokenization_spaces", false);
    settings.put("eos_token", PromptTemplate.END).put("pad_token", Corpus.END_OF_TEXT);
    settings.put("chat_template", PromptTemplate.JINJA);
    write("tokenizer_config.json", settings);
    ObjectNode specials = JSON.createObjectNode();
    specials.put("eos_token", PromptTemplate.END).put("pad_token", Corpus.END_OF_TEXT);
    write("special_tokens_map.json", specials);
  }

  /** Writes weights in bfloat16 and all settings; the weights replace older ones in one move. */
  void save(Decoder decoder, Tokenizer tokenizer, Map<String, Long> tokensBySource) {
    decoder.save(directory, TensorType.BF16);
    int end = tokenizer.specialId(PromptTemplate.END).orElseThrow();
    int endOfText = tokenizer.specialId(Corpus.END_OF_TEXT).orElseThrow();
    ObjectNode config = read("config.json");
    config.put("torch_dtype", "bfloat16");
    config.put("eos_token_id", end).put("pad_token_id", endOfText).putNull("bos_token_id");
    write("config.json", config);
    ObjectNode generation = JSON.createObjectNode();
    generation.putArray("eos_token_id").add(end).add(endOfText);
    generation.put("pad_token_id", endOfText);
    write("generation_config.json", generation);
    write("sources.json", JSON.valueToTree(Map.of("trained_tokens_per_pass", tokensBySource)));
  }

  private ObjectNode read(String name) {
    Path file = directory.resolve(name);
    try {
      return (ObjectNode) JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  private void write(String name, ObjectNode content) {
    Path file = directory.resolve(name);
    try {
      Files.writeString(
          file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(content) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }
}
