package dev.alluvium.trainer.model;

import ai.djl.ndarray.NDArray;
import dev.alluvium.trainer.model.torch.Rows;
import dev.alluvium.trainer.weights.ModelCopy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** A model directory whose weights are those that a decoder has learnt. */
public final class TrainedModel {
  private TrainedModel() {}

  /**
   * Writes configuration, tokenizer and all other files of the base model as they are, and the
   * decoder's weights in the shards and element types of the base: numbers of fewer bits are
   * rounded to nearest.
   *
   * @param base the directory that the decoder was loaded from
   * @param decoder one whose weights are trained
   * @param target an empty directory
   */
  public static void write(Path base, Decoder decoder, Path target) throws IOException {
    Map<String, NDArray> trained = new HashMap<>();
    decoder.parameters().list().forEach(p -> trained.put(p.name(), p.value()));
    // Some files of models with a tied head hold it all the same, as a second copy of the table.
    trained.putIfAbsent(
        DecoderLayout.HEAD,
        Objects.requireNonNull(trained.get(DecoderLayout.TABLE), "the decoder is not trained"));
    ModelCopy.write(
        base,
        target,
        (tensor, from, rows) -> {
          NDArray array = trained.get(tensor.name());
          if (array != null) {
            long to = from + rows.length / tensor.rowSize();
            float[] now = Rows.download(decoder.kernels(), array, from, to);
            System.arraycopy(now, 0, rows, 0, rows.length);
          }
        });
  }
}
