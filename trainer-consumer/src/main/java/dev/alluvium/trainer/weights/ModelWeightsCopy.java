package dev.alluvium.trainer.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Copies the weights of a model directory file by file, block by block, while some of them change:
 * nothing is held whole in memory, and names, shards and element types stay.
 */
public final class ModelWeightsCopy {
  private ModelWeightsCopy() {}

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
   * Writes the weights into another directory.
   *
   * @throws WeightsException when the source has none, or element types that are no floats
   */
  public static void write(Path source, Path target, Change change) throws IOException {
    ShardIndex index = ShardIndex.find(source);
    for (Path file : index.files()) {
      try (Safetensors shard = Safetensors.open(file)) {
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
        writer.write(target.resolve(file.getFileName()));
      }
    }
    if (!index.tensors().isEmpty()) {
      Files.copy(index.source(), target.resolve(index.source().getFileName()));
    }
  }
}
