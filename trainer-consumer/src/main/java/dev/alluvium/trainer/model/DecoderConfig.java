package dev.alluvium.trainer.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code config.json}, as transformers 4 and 5 write it, into a spec; refuses what would
 * change the arithmetic and is not supported.
 *
 * <p>As in transformers, {@code model_type} alone says which keys matter; other keys are passed
 * over.
 */
final class DecoderConfig {
  private static final String FILE = "config.json";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SLIDING = "sliding_attention";
  private static final String FULL = "full_attention";

  /** Keys that some version of transformers acts upon and that are not calculated here. */
  private static final Set<String> UNSUPPORTED =
      Set.of("quantization_config", "compression_config", "rope_interleaved", "use_mrope");

  private final ConfigJson config;
  private final Family family;

  private DecoderConfig(ConfigJson config, Family family) {
    this.config = config;
    this.family = family;
  }

  /** Reads {@code directory/config.json}. */
  static DecoderSpec read(Path directory) {
    ConfigJson config = ConfigJson.read(directory.resolve(FILE));
    Optional<Family> family = Family.of(config.text("model_type", ""));
    if (family.isEmpty()) {
      throw config.refused(
          "model_type", "one of " + Arrays.stream(Family.values()).map(Family::modelType).toList());
    }
    try {
      return new DecoderConfig(config, family.get()).spec();
    } catch (IllegalArgumentException e) {
      boolean named = String.valueOf(e.getMessage()).startsWith(config.file().toString());
      throw named ? e : new IllegalArgumentException(config.file() + ": " + e.getMessage(), e);
    }
  }

  private DecoderSpec spec() {
    refuseUnsupported();
    int width = config.integer("hidden_size");
    int layers = config.integer("num_hidden_layers");
    if (layers > DecoderSpec.MAX_LAYERS) { // before anything is made for each of them
      throw config.refused("num_hidden_layers", "at most " + DecoderSpec.MAX_LAYERS);
    }
    int heads = config.integer("num_attention_heads");
    return new DecoderSpec(
        config.integer("vocab_size"),
        width,
        layers,
        heads,
        kvHeads(heads),
        headSize(width, heads),
        config.integer("intermediate_size"),
        config.number("rms_norm_eps", 1e-6),
        rope(),
        maxPositions(),
        config.flag("tie_word_embeddings"),
        biased(),
        family.headNorms(),
        windows(layers));
  }

  private void refuseUnsupported() {
    for (String key : UNSUPPORTED) {
      JsonNode value = config.node(key);
      boolean off = value.isNull() || (value.isBoolean() && !value.booleanValue());
      if (!value.isMissingNode() && !off) {
        throw config.refused(key, "no such key: this runtime does not calculate it");
      }
    }
    if (!config.text("hidden_act", "silu").equals("silu")) {
      throw config.refused("hidden_act", "silu");
    }
    if (config.number("partial_rotary_factor", 1) != 1) {
      throw config.refused("partial_rotary_factor", "1");
    }
  }

  private int kvHeads(int heads) {
    int otherwise = family.defaults().kvHeads();
    boolean asHeads =
        otherwise == Family.Defaults.AS_HEADS || config.node("num_key_value_heads").isNull();
    return config.integer("num_key_value_heads", asHeads ? heads : otherwise);
  }

  private int headSize(int width, int heads) {
    if (config.present("head_dim")) {
      return config.integer("head_dim");
    }
    if (family.defaults().headSize() != Family.Defaults.WIDTH_BY_HEADS) {
      return family.defaults().headSize();
    }
    if (heads < 1 || width % heads != 0) {
      throw config.refused(
          "num_attention_heads", "a divisor of hidden_size, which is " + width + ", or head_dim");
    }
    return width / heads;
  }

  private int maxPositions() {
    return config.integer("max_position_embeddings", family.defaults().maxPositions());
  }

  private Set<Projection> biased() {
    Set<Projection> biased = EnumSet.noneOf(Projection.class);
    biased.addAll(family.alwaysBiased());
    family
        .biasFlags()
        .forEach(
            (key, projections) -> {
              if (config.flag(key)) {
                biased.addAll(projections);
              }
            });
    return biased;
  }

  /**
   * Both spellings: {@code rope_parameters} with the base inside, or {@code rope_scaling} beside
   * {@code rope_theta}.
   */
  private Rope rope() {
    String key = config.present("rope_parameters") ? "rope_parameters" : "rope_scaling";
    ConfigJson scaling = config.object(key);
    double theta = scaling.number("rope_theta", config.number("rope_theta", 10_000));
    if (scaling.number("partial_rotary_factor", 1) != 1) {
      throw scaling.refused("partial_rotary_factor", "1");
    }
    String type =
        scaling.text("rope_type", scaling.text("type", scaling.isEmpty() ? "default" : ""));
    return switch (type) {
      case "default" -> Rope.plain(theta);
      case "llama3" ->
          new Rope(
              theta,
              new Rope.Stretch(
                  scaling.number("factor"),
                  scaling.number("low_freq_factor"),
                  scaling.number("high_freq_factor"),
                  scaling.integer("original_max_position_embeddings", maxPositions())));
      default -> throw config.refused(key, "rope_type default or llama3");
    };
  }

  private List<Integer> windows(int layers) {
    boolean on =
        switch (family.windows()) {
          case NONE -> false;
          case EVERY_LAYER -> !config.node("sliding_window").isNull();
          case WHEN_SWITCHED_ON -> config.flag("use_sliding_window");
        };
    if (!on) {
      refuseSlidingLayers();
      return Collections.nCopies(Math.max(0, layers), 0);
    }
    int window = config.integer("sliding_window", 4096);
    if (window < 1) {
      throw config.refused("sliding_window", "1 or more");
    }
    List<Boolean> sliding = slidingLayers(layers);
    return sliding.stream().map(slides -> slides ? window : 0).toList();
  }

  private void refuseSlidingLayers() {
    for (JsonNode type : config.node("layer_types")) {
      if (!type.asText().equals(FULL)) {
        throw config.refused("layer_types", FULL + " in every layer, as no window is set");
      }
    }
  }

  private List<Boolean> slidingLayers(int layers) {
    List<Boolean> sliding = new ArrayList<>();
    if (!config.present("layer_types")) {
      int first =
          family.windows() == Family.Windows.EVERY_LAYER
              ? 0
              : config.integer("max_window_layers", 28);
      for (int layer = 0; layer < layers; layer++) {
        sliding.add(layer >= first);
      }
      return sliding;
    }
    for (JsonNode type : config.node("layer_types")) {
      if (!type.asText().equals(SLIDING) && !type.asText().equals(FULL)) {
        throw config.refused("layer_types", SLIDING + " or " + FULL + " for each layer");
      }
      sliding.add(type.asText().equals(SLIDING));
    }
    boolean contradicts = family.windows() == Family.Windows.EVERY_LAYER && sliding.contains(false);
    if (sliding.size() != layers || contradicts) {
      throw config.refused(
          "layer_types",
          "%d entries%s".formatted(layers, contradicts ? ", all of them " + SLIDING : ""));
    }
    return sliding;
  }

  /**
   * Writes {@code directory/config.json} so that Hugging Face libraries read the same model.
   *
   * @throws IllegalArgumentException if the spec is not of Llama's kind, which is the only kind
   *     that is made here from nothing
   */
  static void write(DecoderSpec spec, Path directory) {
    boolean llama =
        spec.biased().isEmpty()
            && !spec.headNorms()
            && spec.rope().stretch().equals(Rope.Stretch.NONE)
            && spec.windows().stream().allMatch(window -> window == 0);
    if (!llama) {
      throw new IllegalArgumentException(
          spec + " is not a plain Llama decoder: copy its own config");
    }
    ObjectNode root = JSON.createObjectNode();
    root.putArray("architectures").add("LlamaForCausalLM");
    root.put("model_type", Family.LLAMA.modelType());
    root.put("vocab_size", spec.vocab());
    root.put("hidden_size", spec.width());
    root.put("num_hidden_layers", spec.layers());
    root.put("num_attention_heads", spec.heads());
    root.put("num_key_value_heads", spec.kvHeads());
    root.put("head_dim", spec.headSize());
    root.put("intermediate_size", spec.mlpWidth());
    root.put("hidden_act", "silu");
    root.put("rms_norm_eps", spec.normEps());
    root.put("rope_theta", spec.rope().theta());
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
