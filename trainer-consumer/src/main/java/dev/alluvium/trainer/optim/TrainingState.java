package dev.alluvium.trainer.optim;

import ai.djl.ndarray.NDArray;
import dev.alluvium.trainer.model.torch.Rows;
import dev.alluvium.trainer.weights.Safetensors;
import dev.alluvium.trainer.weights.SafetensorsWriter;
import dev.alluvium.trainer.weights.TensorDifferences;
import dev.alluvium.trainer.weights.TensorType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that an optimizer changes, as one safetensors file: parameters, both moments, and the
 * step in the metadata. Training that goes on from a file gives the same bits as training that was
 * never interrupted.
 */
public final class TrainingState {
  private static final String STEP = "step";
  private static final String NOTE = "note.";

  private TrainingState() {}

  /**
   * Writes the state; the file appears whole or not at all. Arrays leave the device by blocks of
   * rows: none is held whole in Java.
   *
   * @param notes what else the caller needs to go on, such as a seed
   */
  public static void write(Path file, AdamW optimizer, Map<String, String> notes) {
    SafetensorsWriter writer =
        new SafetensorsWriter().metadata(STEP, Long.toString(optimizer.step()));
    notes.forEach((key, value) -> writer.metadata(NOTE + key, value));
    optimizer
        .state()
        .forEach(
            (name, array) ->
                writer.add(
                    name,
                    TensorType.F32,
                    shape(array),
                    (from, to) -> Rows.download(optimizer.kernels(), array, from, to)));
    writer.write(file);
  }

  /**
   * Brings an optimizer and its parameters to a written state.
   *
   * @return the notes
   * @throws IllegalArgumentException if the file is the state of something else; nothing is changed
   *     then
   */
  public static Map<String, String> read(Path file, AdamW optimizer) {
    try (Safetensors stored = Safetensors.open(file)) {
      Map<String, NDArray> state = optimizer.state();
      Map<String, List<Long>> shapes = new LinkedHashMap<>();
      state.forEach((name, array) -> shapes.put(name, shape(array)));
      TensorDifferences differences = stored.differences(shapes);
      if (!differences.none()) {
        throw new IllegalArgumentException(
            file + " is not a state of these parameters: " + differences.describe());
      }
      optimizer.goOnFrom(step(stored, file));
      state.forEach(
          (name, array) ->
              Rows.assign(optimizer.kernels(), array, (from, to) -> stored.rows(name, from, to)));
      return notes(stored);
    }
  }

  private static long step(Safetensors stored, Path file) {
    String text = stored.metadata().getOrDefault(STEP, "missing");
    if (!text.matches("\\d{1,18}")) {
      throw new IllegalArgumentException(
          "%s: the metadata entry step is %s: expected a whole number".formatted(file, text));
    }
    return Long.parseLong(text);
  }

  private static Map<String, String> notes(Safetensors stored) {
    Map<String, String> notes = new LinkedHashMap<>();
    stored
        .metadata()
        .forEach(
            (key, value) -> {
              if (key.startsWith(NOTE)) {
                notes.put(key.substring(NOTE.length()), value);
              }
            });
    return notes;
  }

  private static List<Long> shape(NDArray array) {
    return Arrays.stream(array.getShape().getShape()).boxed().toList();
  }
}
