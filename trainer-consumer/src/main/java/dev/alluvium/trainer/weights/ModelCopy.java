package dev.alluvium.trainer.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Copies a model directory while some of its weights change: configuration, tokenizer and all other
 * files stay as they are; weights go file by file and block by block, so nothing is held whole in
 * memory, and names, shards and element types stay.
 */
public final class ModelCopy {
  /** Weights in forms that would contradict the changed ones. */
  private static final Set<String> OTHER_WEIGHTS =
      Set.of("safetensors", "bin", "pt", "pth", "ckpt", "pkl", "gguf", "h5", "msgpack", "onnx");

  /** The one folder of a model directory that transformers looks into. */
  static final String NAMED_TEMPLATES = "additional_chat_templates";

  private ModelCopy() {}

  /** Changes rows of a tensor on their way. */
  @FunctionalInterface
  public interface Change {
    /**
     * @param tensor the tensor the rows belong to
     * @param from the first row
     * @param rows row after row; changed in place
     */
    void apply(TensorInfo tensor, long from, float[] rows);
  }

  /**
   * Writes the copy into an empty directory.
   *
   * @throws WeightsException when the source has no weights, or element types that are no floats
   */
  public static void write(Path source, Path target, Change change) throws IOException {
    copyOtherFiles(source, target);
    Path templates = source.resolve(NAMED_TEMPLATES);
    if (Files.isDirectory(templates)) {
      copyOtherFiles(templates, Files.createDirectory(target.resolve(NAMED_TEMPLATES)));
    }
    ShardIndex index = ShardIndex.find(source);
    for (Path file : index.files()) {
      try (Safetensors shard = Safetensors.open(file)) {
        writer(shard, change).write(target.resolve(file.getFileName()));
      }
    }
    if (!index.tensors().isEmpty()) {
      Files.copy(index.source(), target.resolve(index.source().getFileName()));
    }
  }

  private static SafetensorsWriter writer(Safetensors shard, Change change) {
    SafetensorsWriter writer = new SafetensorsWriter();
    for (TensorInfo tensor : shard.tensors().values()) {
      writer.add(
          tensor.name(),
          tensor.type(),
          tensor.shape(),
          (from, to) -> {
            float[] rows = shard.rows(tensor.name(), from, to);
            change.apply(tensor, from, rows);
            return rows;
          });
    }
    return writer;
  }

  private static void copyOtherFiles(Path source, Path target) throws IOException {
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        boolean index = name.endsWith(".index.json"); // of weights; copied with them
        if (!OTHER_WEIGHTS.contains(ending) && !index) {
          Files.copy(file, target.resolve(name));
        }
      }
    }
  }
}
