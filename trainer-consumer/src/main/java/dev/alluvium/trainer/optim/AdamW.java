package dev.alluvium.trainer.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.alluvium.trainer.model.Parameter;
import dev.alluvium.trainer.model.Parameters;
import dev.alluvium.trainer.model.torch.Kernels;
import dev.alluvium.trainer.model.torch.OptimizerKernels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * AdamW (arXiv 1711.05101, algorithm 2) over a list of float32 parameters, with clipping by global
 * norm.
 *
 * <p>An update whose gradient is not finite is refused before anything moves: parameters, moments
 * and the step stay as they were.
 */
public final class AdamW implements AutoCloseable {
  /** Matrices decay, vectors do not: the two groups differ in nothing else. */
  private record Group(List<Integer> members, double decay) {}

  private final Parameters parameters;
  private final AdamWSettings settings;
  private final Kernels kernels;
  private final OptimizerKernels arithmetic;
  private final NDManager owner;
  private final NDList first = new NDList();
  private final NDList second = new NDList();
  private final List<Group> groups;
  private long step;

  public AdamW(Parameters parameters, AdamWSettings settings, Kernels kernels) {
    if (parameters.list().isEmpty()) {
      throw new IllegalArgumentException("nothing to train: the parameter list is empty");
    }
    this.parameters = parameters;
    this.settings = settings;
    this.kernels = kernels;
    this.arithmetic = kernels.optimizer();
    this.owner = kernels.runtime().newScope();
    for (Parameter parameter : parameters.list()) {
      first.add(owner.zeros(parameter.value().getShape(), DataType.FLOAT32));
      second.add(owner.zeros(parameter.value().getShape(), DataType.FLOAT32));
    }
    this.groups = List.of(group(true, settings.weightDecay()), group(false, 0));
  }

  private Group group(boolean matrices, double decay) {
    List<Integer> members = new ArrayList<>();
    for (int i = 0; i < parameters.list().size(); i++) {
      if (parameters.list().get(i).value().getShape().dimension() > 1 == matrices) {
        members.add(i);
      }
    }
    return new Group(members, decay);
  }

  /** What became of a gradient. The norm is the one before clipping. */
  public record Update(double gradientNorm, boolean applied) {}

  /**
   * Applies the collected gradients, or refuses them if they are not finite; clears them either
   * way.
   */
  public Update update(double learningRate) {
    NDList gradients = parameters.gradients();
    double norm = arithmetic.globalNorm(gradients);
    boolean finite = Double.isFinite(norm);
    if (finite) {
      step++;
      double factor =
          Math.min(1.0, settings.maxNorm() / (norm + 1e-6)); // 1e-6: as torch's clip_grad_norm_
      groups.forEach(group -> apply(group, gradients, learningRate, factor));
    }
    arithmetic.clear(gradients);
    return new Update(norm, finite);
  }

  /** Forgets the collected gradients without applying them. */
  public void discardGradients() {
    arithmetic.clear(parameters.gradients());
  }

  private void apply(Group group, NDList gradients, double learningRate, double factor) {
    if (group.members().isEmpty()) {
      return;
    }
    arithmetic.adamw(
        new OptimizerKernels.Lists(
            pick(parameters.values(), group),
            pick(gradients, group),
            pick(first, group),
            pick(second, group)),
        new OptimizerKernels.Numbers(
            learningRate,
            settings.beta1(),
            settings.beta2(),
            settings.eps(),
            group.decay(),
            factor,
            step));
  }

  private static NDList pick(NDList all, Group group) {
    return new NDList(group.members().stream().map(all::get).toArray(NDArray[]::new));
  }

  /** Updates applied so far. */
  public long step() {
    return step;
  }

  /** Every array that updates change, by name. */
  Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    for (int i = 0; i < parameters.list().size(); i++) {
      Parameter parameter = parameters.list().get(i);
      state.put("parameter." + parameter.name(), parameter.value());
      state.put("first." + parameter.name(), first.get(i));
      state.put("second." + parameter.name(), second.get(i));
    }
    return state;
  }

  Kernels kernels() {
    return kernels;
  }

  /** Counts on from a step; the caller brings the arrays to it. */
  void goOnFrom(long appliedUpdates) {
    step = appliedUpdates;
  }

  /** Frees the moments; the parameters stay. */
  @Override
  public void close() {
    owner.close();
  }
}
