package dev.alluvium.trainer.model.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/** The TorchScript methods of the head and its norm: logits, losses, gradients of losses. */
public final class HeadKernels {
  private final Script script;

  HeadKernels(Script script) {
    this.script = script;
  }

  /** What a model ends with: its final norm (C) and its head (V, C), or their gradients. */
  public record End(NDArray norm, NDArray head) {}

  /** Final norm and head. h (N, C) to float32 (N, V). */
  public NDArray logits(NDManager scope, NDArray h, End end) {
    return script.infer(scope, "logits", h, end.norm, end.head).get(0);
  }

  /** Each row's negative log-likelihood (N), and whether its target is the most likely token. */
  public record RowLosses(NDArray nll, NDArray hit) {}

  /** Cross entropy of rows. h (N, C), targets (N) int64. */
  public RowLosses loss(NDManager scope, NDArray h, NDArray targets, End end) {
    NDList results = script.call(scope, "loss", h, targets, end.norm, end.head);
    return new RowLosses(results.get(0), results.get(1));
  }

  /** Losses, and the gradient of their weighted sum at the hidden states, (N, C). */
  public record LossGradient(RowLosses losses, NDArray gradient) {}

  /**
   * As {@link #loss}, with a gradient.
   *
   * @param weights (N) float32, the factors of the sum
   * @param gradients collect theirs; of no elements if they are frozen
   */
  public LossGradient lossBack(
      NDManager scope, NDArray h, NDArray targets, NDArray weights, End end, End gradients) {
    NDList results =
        script.call(
            scope,
            "loss_back",
            h,
            targets,
            weights,
            end.norm,
            end.head,
            gradients.norm,
            gradients.head);
    return new LossGradient(new RowLosses(results.get(0), results.get(1)), results.get(2));
  }

  /**
   * Cross entropy of states that are mixed in twos behind the final norm, with the targets of both.
   *
   * @param h (N, C)
   * @param d (N, C); the gradient of the weighted sum at h is added to it, in place
   * @param rows (2P) int64: the first row of each two, then the second ones; each once at most
   * @param targets (2P) int64, theirs
   * @param shares (P), of the first
   * @param weight factor of the sum
   * @param gradients collect theirs; of no elements if they are frozen
   * @return (P)
   */
  public NDArray mixBack(
      NDManager scope,
      NDArray h,
      NDArray d,
      NDArray rows,
      NDArray targets,
      NDArray shares,
      double weight,
      End end,
      End gradients) {
    double[] how = {weight};
    return script
        .call(
            scope,
            "mix_back",
            h,
            d,
            rows,
            targets,
            shares,
            end.norm,
            end.head,
            gradients.norm,
            gradients.head,
            how)
        .get(0);
  }

  /**
   * KL(base || model) of the next token, where norm and head are frozen.
   *
   * @param h (N, C), the model's states
   * @param d (N, C); the gradient of the weighted sum at h is added to it, in place
   * @param base (N, C), the base model's states
   * @param weights (N), factors of the sum
   * @return (N), in nats
   */
  public NDArray divergenceBack(
      NDManager scope, NDArray h, NDArray d, NDArray base, NDArray weights, End end) {
    return script.call(scope, "divergence_back", h, d, base, weights, end.norm, end.head).get(0);
  }
}
