package dev.alluvium.trainer.guard;

import dev.alluvium.trainer.gate.ProbeScores;
import java.util.List;
import java.util.Set;

/**
 * The texts that the gauge is read from, written once and never again.
 *
 * @param texts in the order they were written
 * @param base what the base model says of them
 */
public record GaugeTexts(List<GaugeText> texts, ProbeScores base) {
  /** Copies the list. */
  public GaugeTexts {
    texts = List.copyOf(texts);
  }

  /** None yet. */
  public static GaugeTexts none() {
    return new GaugeTexts(List.of(), ProbeScores.none());
  }

  /** The texts that do not go back to the probes of some pairs. */
  public GaugeTexts without(Set<String> pairIds) {
    return new GaugeTexts(
        texts.stream().filter(text -> !pairIds.contains(text.pairId())).toList(),
        base.without(pairIds));
  }
}
