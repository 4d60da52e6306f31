package dev.alluvium.trainer.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A byte-level vocabulary while it grows: tokens, their ids and the merges that made them. */
final class BytePairVocabulary {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> specialTokens;
  private final List<String> tokens = new ArrayList<>();
  private final Map<String, Integer> ids = new LinkedHashMap<>();
  private final List<String> merges = new ArrayList<>();

  BytePairVocabulary(List<String> specialTokens) {
    this.specialTokens = specialTokens;
    specialTokens.forEach(this::idOf);
    for (char character : ByteAlphabet.sorted()) {
      idOf(String.valueOf(character));
    }
  }

  int size() {
    return tokens.size();
  }

  List<String> merges() {
    return List.copyOf(merges);
  }

  /** The ids of a word's bytes. */
  int[] symbols(String word) {
    return ByteAlphabet.encode(word)
        .chars()
        .map(c -> Objects.requireNonNull(ids.get(String.valueOf((char) c))))
        .toArray();
  }

  /**
   * Adds a merge and returns the id of the joined token; two merges may make the same token, which
   * then keeps its first id.
   */
  int merge(int left, int right) {
    merges.add(tokens.get(left) + " " + tokens.get(right));
    return idOf(tokens.get(left) + tokens.get(right));
  }

  private int idOf(String token) {
    Integer known = ids.putIfAbsent(token, tokens.size());
    if (known != null) {
      return known;
    }
    tokens.add(token);
    return tokens.size() - 1;
  }

  /** Writes the file in the format of the Hugging Face tokenizers library. */
  void write(Path file) {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    for (String special : specialTokens) {
      ObjectNode token = added.addObject().put("id", ids.get(special)).put("content", special);
      token.put("single_word", false).put("lstrip", false).put("rstrip", false);
      token.put("normalized", false).put("special", true);
    }
    root.putNull("normalizer");
    ArrayNode splits =
        root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
    splits.addObject().put("type", "Digits").put("individual_digits", true);
    byteLevel(splits.addObject());
    root.putNull("post_processor");
    byteLevel(root.putObject("decoder"));
    ObjectNode model = root.putObject("model").put("type", "BPE");
    model.putNull("dropout").putNull("unk_token").putNull("continuing_subword_prefix");
    model.putNull("end_of_word_suffix").put("fuse_unk", false).put("byte_fallback", false);
    model.put("ignore_merges", false);
    model.set("vocab", JSON.valueToTree(ids));
    model.set("merges", JSON.valueToTree(merges));
    try {
      Files.writeString(
          file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }

  private static void byteLevel(ObjectNode node) {
    node.put("type", "ByteLevel").put("add_prefix_space", false);
    node.put("trim_offsets", false).put("use_regex", true);
  }
}
