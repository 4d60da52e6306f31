package dev.alluvium.trainer.loop;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.alluvium.trainer.weights.Safetensors;
import dev.alluvium.trainer.weights.SafetensorsWriter;
import dev.alluvium.trainer.weights.TensorInfo;
import dev.alluvium.trainer.weights.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A small model of a tied head as large ones are published: shards of bfloat16 and an index. */
final class ShardedModel {
  static final List<String> FILES =
      List.of(
          "config.json",
          "model-00001-of-00002.safetensors",
          "model-00002-of-00002.safetensors",
          "model.safetensors.index.json");

  private ShardedModel() {}

  /** Writes the model of another directory, its head beside the table, into a new directory. */
  static Path create(Path source, Path target) throws IOException {
    Files.createDirectory(target);
    Files.copy(source.resolve(FILES.get(0)), target.resolve(FILES.get(0)));
    SafetensorsWriter first = new SafetensorsWriter();
    SafetensorsWriter second = new SafetensorsWriter();
    Map<String, String> shards = new TreeMap<>();
    try (Safetensors weights = Safetensors.open(source)) {
      for (TensorInfo tensor : weights.tensors().values()) {
        boolean norm = tensor.name().contains("norm");
        (norm ? first : second)
            .add(tensor.name(), TensorType.BF16, tensor.shape(), weights.all(tensor.name()));
        shards.put(tensor.name(), FILES.get(norm ? 1 : 2));
      }
      String table = "model.embed_tokens.weight";
      first.add("lm_head.weight", TensorType.BF16, weights.info(table).shape(), weights.all(table));
      shards.put("lm_head.weight", FILES.get(1));
    }
    first.write(target.resolve(FILES.get(1)));
    second.write(target.resolve(FILES.get(2)));
    new ObjectMapper()
        .writeValue(target.resolve(FILES.get(3)).toFile(), Map.of("weight_map", shards));
    return target;
  }
}
