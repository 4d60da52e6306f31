package dev.alluvium.trainer.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.Pass;
import dev.alluvium.trainer.model.torch.Kernels.KeptLayer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The pass of a batch through the layers and back, in segments: what a segment needs for its
 * gradient is calculated again when its turn comes, so that it exists for one segment at a time
 * (arXiv 1604.06174, section 4.1). Only the hidden states between segments, the seams, are kept.
 * Layers below the lowest one that is trained are passed forward alone.
 */
final class SegmentedPass {
  private final NDManager scope;
  private final LanguageModel model;
  private final NDArray ids;
  private final Pass pass;
  private final int lowest;
  private final int layers;
  private final int segmentLayers;
  private final int segments;
  private final List<NDArray> seams = new ArrayList<>();
  private final Deque<Kept> kept = new ArrayDeque<>();

  /** A layer's input, and what else its gradient needs. */
  private record Kept(NDArray input, NDList inner) {}

  /**
   * @param model of which a layer, at least, is trained
   * @param ids (B, T) int64
   * @param segmentLayers layers of a segment; 0 for all of them in one, which calculates nothing
   *     again
   */
  SegmentedPass(NDManager scope, LanguageModel model, NDArray ids, Pass pass, int segmentLayers) {
    this.scope = scope;
    this.model = model;
    this.ids = ids;
    this.pass = pass;
    this.lowest = model.lowestTrained();
    this.layers = model.decoder().spec().layers();
    this.segmentLayers = segmentLayers == 0 ? layers : segmentLayers;
    this.segments = (layers - lowest + this.segmentLayers - 1) / this.segmentLayers;
  }

  /** Hidden states before the final norm (B, T, C). */
  NDArray forward() {
    NDArray x = belowTrained();
    for (int segment = 0; segment < segments - 1; segment++) {
      seams.add(x);
      x = model.layers(scope, pass, x, first(segment), first(segment + 1));
    }
    seams.add(x);
    return keep(segments - 1);
  }

  /**
   * Collects the gradients of all that is trained.
   *
   * @param d (B, T, C), the gradient at the hidden states; overwritten
   */
  void backward(NDArray d) {
    for (int segment = segments - 1; segment >= 0; segment--) {
      if (segment < segments - 1) {
        keep(segment).close();
      }
      for (int layer = last(segment); layer >= first(segment); layer--) {
        Kept own = kept.pop();
        model.layerBack(pass, own.input(), layer, own.inner(), d);
        own.inner().close();
        own.input().close();
      }
    }
    model.decoder().embedBack(d, ids);
  }

  /** What the lowest layer that is trained is given. */
  private NDArray belowTrained() {
    NDArray x = model.embed(scope, ids);
    if (lowest == 0) {
      return x;
    }
    try (x) {
      return model.layers(scope, pass, x, 0, lowest);
    }
  }

  /** Runs a segment from its seam, keeping what its gradient needs. */
  private NDArray keep(int segment) {
    NDArray x = seams.get(segment);
    for (int layer = first(segment); layer <= last(segment); layer++) {
      KeptLayer result = model.keptLayer(scope, pass, x, layer);
      kept.push(new Kept(x, result.kept()));
      x = result.output();
    }
    return x;
  }

  private int first(int segment) {
    return lowest + segment * segmentLayers;
  }

  private int last(int segment) {
    return Math.min(first(segment) + segmentLayers, layers) - 1;
  }
}
