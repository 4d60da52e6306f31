package dev.alluvium.trainer.bisect;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What training again has shown.
 *
 * @param probes how many the skill was measured by
 * @param budget share by which its perplexity may rise over the good version's
 * @param perplexity the good version's
 * @param windows the skill after each window that was trained, in order
 * @param reproduced whether the weights are the bad version's, bit for bit; null when training did
 *     not come to its end
 * @param warnings what makes the result doubtful, for a person
 */
public record Bisected(
    int probes,
    double budget,
    double perplexity,
    List<WindowEffect> windows,
    @Nullable Boolean reproduced,
    List<String> warnings) {
  /** Copies the lists. */
  public Bisected {
    windows = List.copyOf(windows);
    warnings = List.copyOf(warnings);
  }

  /** The first window after which the skill is worse than the budget. */
  public Optional<WindowEffect> broke() {
    return windows.stream().filter(WindowEffect::worse).findFirst();
  }

  /** The window that raised the perplexity most; nothing if none raised it. */
  public Optional<WindowEffect> steepest() {
    WindowEffect steepest = null;
    double most = 0;
    double before = 0;
    for (WindowEffect effect : windows) {
      if (!Double.isFinite(effect.rise())) {
        return Optional.of(effect);
      }
      if (effect.rise() - before > most) {
        most = effect.rise() - before;
        steepest = effect;
      }
      before = effect.rise();
    }
    return Optional.ofNullable(steepest);
  }
}
