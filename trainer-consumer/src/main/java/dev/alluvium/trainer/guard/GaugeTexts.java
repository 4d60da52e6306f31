package dev.alluvium.trainer.guard;

import dev.alluvium.trainer.gate.ProbeScores;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

  /**
   * These texts, and those of others that go back to the probes of some pairs.
   *
   * @param pairIds whose probes
   */
  public GaugeTexts with(GaugeTexts others, Set<String> pairIds) {
    Set<String> known = texts.stream().map(GaugeText::pairId).collect(Collectors.toSet());
    Set<String> unwanted =
        others.texts.stream()
            .map(GaugeText::pairId)
            .filter(pairId -> known.contains(pairId) || !pairIds.contains(pairId))
            .collect(Collectors.toSet());
    GaugeTexts more = others.without(unwanted);
    return new GaugeTexts(
        Stream.concat(texts.stream(), more.texts.stream()).toList(), base.over(more.base));
  }
}
