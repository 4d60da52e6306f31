package dev.alluvium.trainer.model.lora;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads and writes {@code adapter_config.json}; refuses every variant of LoRA that is not the plain
 * one.
 */
final class PeftConfig {
  private static final String FILE = "adapter_config.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Keys that become settings. */
  private static final Set<String> USED =
      Set.of(
          "peft_type",
          "r",
          "lora_alpha",
          "lora_dropout",
          "target_modules",
          "layers_to_transform",
          "use_rslora",
          "init_lora_weights",
          "bias");

  /** Ways to make first weights that leave the base model as it is. */
  private static final Set<String> FIRST_WEIGHTS =
      Set.of("true", "false", "gaussian", "eva", "orthogonal");

  /** Keys that describe, or that only matter when PEFT makes or trains an adapter. */
  private static final Set<String> HARMLESS =
      Set.of(
          "base_model_name_or_path",
          "inference_mode",
          "task_type",
          "revision",
          "peft_version",
          "auto_mapping",
          "megatron_core",
          "qalora_group_size");

  private PeftConfig() {}

  static LoraSettings read(Path directory) {
    Path file = directory.resolve(FILE);
    try {
      JsonNode root = JSON.readTree(file.toFile());
      if (root == null || !root.isObject()) {
        throw new IllegalArgumentException(file + " is not a JSON object");
      }
      return settings(root, file);
    } catch (IOException e) {
      throw new UncheckedIOException(
          file + " cannot be read: expected the settings of a PEFT adapter", e);
    }
  }

  private static LoraSettings settings(JsonNode root, Path file) {
    require(root.path("peft_type").asText().equals("LORA"), root, "peft_type", "LORA", file);
    require(root.path("bias").asText("none").equals("none"), root, "bias", "none", file);
    require(
        FIRST_WEIGHTS.contains(root.path("init_lora_weights").asText("true")),
        root,
        "init_lora_weights",
        "one of " + FIRST_WEIGHTS + ": other ways change the base model too",
        file);
    require(root.path("r").canConvertToInt(), root, "r", "a whole number", file);
    require(root.path("lora_alpha").isNumber(), root, "lora_alpha", "a number", file);
    root.fieldNames()
        .forEachRemaining(
            key ->
                require(
                    USED.contains(key) || HARMLESS.contains(key) || neutral(root.path(key)),
                    root,
                    key,
                    "nothing: this variant of LoRA is not supported",
                    file));
    try {
      return new LoraSettings(
          root.path("r").asInt(),
          root.path("lora_alpha").asDouble(),
          root.path("lora_dropout").asDouble(0),
          targets(root, file),
          root.path("use_rslora").asBoolean(false));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private static Targets targets(JsonNode root, Path file) {
    JsonNode modules = root.path("target_modules");
    require(
        modules.isTextual() || modules.isArray(),
        root,
        "target_modules",
        "a list of names or a regular expression",
        file);
    Set<Integer> layers = new TreeSet<>();
    JsonNode wanted = root.path("layers_to_transform");
    if (wanted.isInt()) {
      layers.add(wanted.intValue());
    }
    wanted.forEach(layer -> layers.add(layer.asInt(-1)));
    if (modules.isTextual()) {
      return modules.textValue().equals("all-linear")
          ? new Targets(Targets.all().names(), "", layers)
          : new Targets(List.of(), modules.textValue(), layers);
    }
    List<String> names = new ArrayList<>();
    modules.forEach(name -> names.add(name.asText()));
    return new Targets(names, "", layers);
  }

  private static boolean neutral(JsonNode value) {
    return value.isNull()
        || (value.isBoolean() && !value.asBoolean())
        || (value.isContainerNode() && value.isEmpty());
  }

  private static void require(
      boolean holds, JsonNode root, String key, String expected, Path file) {
    if (!holds) {
      throw new IllegalArgumentException(
          "%s: %s is %s: expected %s".formatted(file, key, root.get(key), expected));
    }
  }

  static void write(LoraSettings settings, String baseModel, Path directory) {
    ObjectNode root = JSON.createObjectNode();
    root.put("peft_type", "LORA");
    root.put("task_type", "CAUSAL_LM");
    root.put("base_model_name_or_path", baseModel);
    root.put("r", settings.rank());
    if (settings.alpha() == Math.rint(settings.alpha())) {
      root.put("lora_alpha", (long) settings.alpha()); // PEFT declares a whole number
    } else {
      root.put("lora_alpha", settings.alpha());
    }
    root.put("lora_dropout", settings.dropout());
    root.put("use_rslora", settings.rankStabilised());
    Targets targets = settings.targets();
    if (targets.names().isEmpty()) {
      root.put("target_modules", targets.pattern());
    } else {
      targets.names().forEach(root.putArray("target_modules")::add);
    }
    if (!targets.layers().isEmpty()) {
      new TreeSet<>(targets.layers()).forEach(root.putArray("layers_to_transform")::add);
    }
    root.put("bias", "none");
    root.put("fan_in_fan_out", false);
    root.put("inference_mode", true);
    root.putNull("modules_to_save");
    Path file = directory.resolve(FILE);
    try {
      Files.writeString(
          file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }
}
