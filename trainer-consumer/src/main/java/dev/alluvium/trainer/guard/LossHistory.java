package dev.alluvium.trainer.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The losses of the last windows, by stage of the mixture; what a window's loss is held against. A
 * window whose loss spikes is garbage, or its training diverged: it should not reach the next
 * checkpoint.
 *
 * @param byStage the first pass's mean loss of the last windows, in nats per token, oldest first
 * @param passedOver windows in quarantine because their loss spiked, since the last one that was
 *     trained
 */
public record LossHistory(Map<String, List<Double>> byStage, int passedOver) {
  /** Windows remembered of a stage. */
  static final int REMEMBERED = 16;

  /** Below so many there is nothing to hold a loss against. */
  static final int LEAST = 5;

  /** After so many spikes it is the data that have changed: the gate shall rule. */
  static final int MOST_PASSED_OVER = 3;

  /** The mean of fewer examples says little of what a window is like. */
  static final int LEAST_EXAMPLES = 8;

  /**
   * A spike is at least so much, in nats per token: of very small losses every multiple is small.
   */
  static final double LEAST_SPIKE = 0.5;

  /** Copies what it is given. */
  public LossHistory {
    Map<String, List<Double>> copy = new TreeMap<>();
    byStage.forEach((stage, losses) -> copy.put(stage, List.copyOf(losses)));
    byStage = copy;
  }

  /** Before the first window. */
  public static LossHistory none() {
    return new LossHistory(Map.of(), 0);
  }

  /**
   * Says how a window's loss spikes; nothing if it does not.
   *
   * @param stage the window's; empty without stages
   * @param examples how many of it were trained
   * @param loss the higher of its passes' mean losses
   * @param factor the median of the last windows times this is too much; 0 for no limit
   */
  public Optional<String> spike(String stage, int examples, double loss, double factor) {
    List<Double> last = byStage.getOrDefault(stage, List.of());
    if (factor == 0 || last.size() < LEAST || examples < LEAST_EXAMPLES || hasChanged()) {
      return Optional.empty();
    }
    double median = last.stream().sorted().toList().get(last.size() / 2);
    double limit = Math.max(factor * median, median + LEAST_SPIKE);
    return loss <= limit
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "its loss of %.3f nats a token is above %.3f: train.guard.lossSpike (%s) times the median of the %d windows before%s, and half a nat above it",
                loss,
                limit,
                factor,
                last.size(),
                stage.isEmpty() ? "" : " in stage " + stage));
  }

  /**
   * Whether so much was passed over that a further window is let in, as the first of another time.
   */
  public boolean hasChanged() {
    return passedOver >= MOST_PASSED_OVER;
  }

  /** After a window that is in quarantine because its loss spiked. */
  public LossHistory passingOver() {
    return new LossHistory(byStage, passedOver + 1);
  }

  /**
   * After a window that was trained.
   *
   * @param examples how many of it
   * @param lossFirst of its first pass; 0 where no step of it counted
   */
  public LossHistory with(String stage, int examples, double lossFirst) {
    if (examples < LEAST_EXAMPLES || lossFirst == 0) {
      return new LossHistory(byStage, 0);
    }
    List<Double> losses =
        new ArrayList<>(hasChanged() ? List.of() : byStage.getOrDefault(stage, List.of()));
    losses.add(lossFirst);
    Map<String, List<Double>> all = new TreeMap<>(byStage);
    all.put(stage, losses.subList(Math.max(0, losses.size() - REMEMBERED), losses.size()));
    return new LossHistory(all, 0);
  }
}
