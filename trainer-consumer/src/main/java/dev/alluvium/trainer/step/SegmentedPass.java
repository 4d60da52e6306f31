package dev.alluvium.trainer.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.Pass;
import dev.alluvium.trainer.model.torch.Kernels;
import java.util.ArrayList;
import java.util.List;

/**
 * The recorded pass of a batch through the layers, in segments: what a segment needs for its
 * gradient is calculated again when its turn comes, so that it exists for one segment at a time
 * (arXiv 1604.06174, section 4.1). Only the hidden states between segments, the seams, are kept.
 */
final class SegmentedPass {
  private final NDManager scope;
  private final LanguageModel model;
  private final NDArray ids;
  private final Pass pass;
  private final int segmentLayers;
  private final int segments;
  private final List<NDArray> seams = new ArrayList<>();

  /**
   * @param ids (B, T) int64
   * @param segmentLayers layers of a segment; 0 for all of them in one, which calculates nothing
   *     again
   */
  SegmentedPass(NDManager scope, LanguageModel model, NDArray ids, Pass pass, int segmentLayers) {
    int layers = model.decoder().spec().layers();
    this.scope = scope;
    this.model = model;
    this.ids = ids;
    this.pass = pass;
    this.segmentLayers = segmentLayers == 0 ? layers : segmentLayers;
    this.segments = (layers + this.segmentLayers - 1) / this.segmentLayers;
  }

  /** Hidden states before the final norm (B, T, C), recorded back to the last seam. */
  NDArray forward() {
    Kernels kernels = model.kernels();
    for (int segment = 0; segment < segments - 1; segment++) {
      try (NDManager inner = scope.newSubManager()) {
        seams.add(kernels.seam(scope, run(inner, segment)));
      }
    }
    return run(scope, segments - 1);
  }

  /** Pushes the gradient that has reached the last seam through the segments before it. */
  void backward() {
    Kernels kernels = model.kernels();
    for (int segment = segments - 2; segment >= 0; segment--) {
      try (NDManager inner = scope.newSubManager();
          NDArray seam = seams.get(segment)) {
        NDArray gradient = kernels.gradient(inner, seam);
        kernels.backward(run(inner, segment), gradient);
      }
    }
  }

  private NDArray run(NDManager owner, int segment) {
    int from = segment * segmentLayers;
    int to = Math.min(from + segmentLayers, model.decoder().spec().layers());
    NDArray x = segment == 0 ? model.embed(owner, pass.mode(), ids) : seams.get(segment - 1);
    return model.layers(owner, pass, x, from, to);
  }
}
