package dev.alluvium.trainer.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Reads and writes the {@code config.json} of a Llama model; refuses what would change the
 * arithmetic and is not supported.
 */
final class LlamaConfig {
  private static final String FILE = "config.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Keys that become the spec. */
  private static final Set<String> USED =
      Set.of(
          "model_type",
          "vocab_size",
          "hidden_size",
          "num_hidden_layers",
          "num_attention_heads",
          "num_key_value_heads",
          "head_dim",
          "intermediate_size",
          "rms_norm_eps",
          "rope_theta",
          "rope_parameters",
          "rope_scaling",
          "max_position_embeddings",
          "tie_word_embeddings");

  /** Keys that describe, or that concern parts of other libraries, and never change a logit. */
  private static final Set<String> HARMLESS =
      Set.of(
          "architectures",
          "auto_map",
          "bos_token_id",
          "eos_token_id",
          "pad_token_id",
          "sep_token_id",
          "dtype",
          "torch_dtype",
          "initializer_range",
          "transformers_version",
          "use_cache",
          "_name_or_path",
          "attn_implementation",
          "_attn_implementation_autoset",
          "attention_dropout",
          "id2label",
          "label2id",
          "problem_type",
          "return_dict",
          "task_specific_params",
          "chunk_size_feed_forward",
          "unsloth_version",
          "unsloth_fixed");

  /** Keys with the one value that this runtime calculates. */
  private static final Map<String, String> ONLY =
      Map.of(
          "hidden_act",
          "silu",
          "attention_bias",
          "false",
          "mlp_bias",
          "false",
          "pretraining_tp",
          "1");

  private final Path file;
  private final JsonNode root;

  private LlamaConfig(Path file, JsonNode root) {
    this.file = file;
    this.root = root;
  }

  /** Reads {@code directory/config.json}. */
  static DecoderSpec read(Path directory) {
    Path file = directory.resolve(FILE);
    try {
      JsonNode root = JSON.readTree(file.toFile());
      if (root == null || !root.isObject()) {
        throw new IllegalArgumentException(file + " is not a JSON object");
      }
      return new LlamaConfig(file, root).spec();
    } catch (IOException e) {
      throw new UncheckedIOException(
          file + " cannot be read: expected the config.json of a Hugging Face Llama model", e);
    }
  }

  private DecoderSpec spec() {
    String type = root.path("model_type").asText("");
    if (!type.equals("llama")) {
      throw refused("model_type", root.path("model_type"), "llama");
    }
    root.fields().forEachRemaining(entry -> check(entry.getKey(), entry.getValue()));
    int width = integer("hidden_size");
    int heads = integer("num_attention_heads");
    return new DecoderSpec(
        integer("vocab_size"),
        width,
        integer("num_hidden_layers"),
        heads,
        present("num_key_value_heads") ? integer("num_key_value_heads") : heads,
        present("head_dim") ? integer("head_dim") : width / heads,
        integer("intermediate_size"),
        root.path("rms_norm_eps").asDouble(1e-6),
        ropeTheta(),
        integer("max_position_embeddings"),
        root.path("tie_word_embeddings").asBoolean(false));
  }

  private void check(String key, JsonNode value) {
    if (USED.contains(key) || HARMLESS.contains(key) || value.isNull()) {
      return;
    }
    String only = ONLY.get(key);
    if (only != null && value.asText().equals(only)) {
      return;
    }
    boolean neutral = value.isBoolean() && !value.asBoolean();
    if (only != null || !neutral) {
      throw refused(key, value, only == null ? "no such key: this runtime does not know it" : only);
    }
  }

  /**
   * Both spellings: {@code rope_theta} beside {@code rope_scaling}, or {@code rope_parameters} with
   * the base inside.
   */
  private double ropeTheta() {
    JsonNode theta = root.path("rope_theta");
    for (String key : new String[] {"rope_scaling", "rope_parameters"}) {
      JsonNode rope = root.path(key);
      if (!rope.isObject()) {
        continue;
      }
      String kind = rope.path("rope_type").asText(rope.path("type").asText("default"));
      if (!kind.equals("default")) {
        throw refused(key, rope, "rope_type default");
      }
      if (rope.has("rope_theta")) {
        theta = rope.path("rope_theta");
      }
    }
    return theta.asDouble(10_000);
  }

  private boolean present(String key) {
    return root.hasNonNull(key);
  }

  private int integer(String key) {
    JsonNode value = root.path(key);
    if (!value.canConvertToInt()) {
      throw refused(key, value, "a whole number");
    }
    return value.asInt();
  }

  private IllegalArgumentException refused(String key, JsonNode value, String expected) {
    return new IllegalArgumentException(
        "%s: %s is %s: expected %s"
            .formatted(file, key, value.isMissingNode() ? "missing" : value, expected));
  }

  /** Writes {@code directory/config.json} so that Hugging Face libraries read the same model. */
  static void write(DecoderSpec spec, Path directory) {
    ObjectNode root = JSON.createObjectNode();
    root.putArray("architectures").add("LlamaForCausalLM");
    root.put("model_type", "llama");
    root.put("vocab_size", spec.vocab());
    root.put("hidden_size", spec.width());
    root.put("num_hidden_layers", spec.layers());
    root.put("num_attention_heads", spec.heads());
    root.put("num_key_value_heads", spec.kvHeads());
    root.put("head_dim", spec.headSize());
    root.put("intermediate_size", spec.mlpWidth());
    root.put("hidden_act", "silu");
    root.put("rms_norm_eps", spec.normEps());
    root.put("rope_theta", spec.ropeTheta());
    root.put("max_position_embeddings", spec.maxPositions());
    root.put("tie_word_embeddings", spec.tiedHead());
    root.put("attention_bias", false);
    root.put("mlp_bias", false);
    root.put("torch_dtype", "float32");
    try {
      Files.writeString(
          directory.resolve(FILE),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(directory.resolve(FILE) + " cannot be written", e);
    }
  }
}
