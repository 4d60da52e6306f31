package dev.alluvium.trainer.guard;

import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.trainer.gate.PerplexityRise;
import dev.alluvium.trainer.gate.ProbeScorer;
import dev.alluvium.trainer.gate.ProbeScorer.TokenizedProbe;
import dev.alluvium.trainer.gate.ProbeScores;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.generate.Completion;
import dev.alluvium.trainer.model.generate.GenerationSettings;
import dev.alluvium.trainer.model.generate.Generator;
import dev.alluvium.trainer.model.generate.Prompt;
import dev.alluvium.trainer.text.Conversation;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.TextException;
import dev.alluvium.trainer.text.TokenizedExample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * How far a model has moved from its base model: KL(base || model) in nats per token, over answers
 * that the base model itself drew once. Drawn from the base, the mean of log p(base) - log p(model)
 * over their tokens is an unbiased estimate of it, so that one forward pass tells. How far it is
 * predicts how much is forgotten (Shenfeld et al., "RL's Razor", 2025); the probes decide.
 */
public final class ForgettingGauge {
  /** Prompts that are answered together. */
  private static final int BATCH = 32;

  private final ExampleTokenizer tokenizer;
  private final Function<Probe, Conversation> conversations;
  private final ProbeScorer scorer;
  private final int textsPerSkill;
  private final GenerationSettings drawing;
  private final long seed;

  /**
   * A gauge.
   *
   * @param conversations what a probe asks
   * @param textsPerSkill most texts of a skill; 0 for no gauge at all
   * @param drawing how the base model answers; at temperature 1, or it is no estimate of KL
   */
  public ForgettingGauge(
      ExampleTokenizer tokenizer,
      Function<Probe, Conversation> conversations,
      ProbeScorer scorer,
      int textsPerSkill,
      GenerationSettings drawing,
      long seed) {
    this.tokenizer = tokenizer;
    this.conversations = conversations;
    this.scorer = scorer;
    this.textsPerSkill = textsPerSkill;
    this.drawing = drawing;
    this.seed = seed;
  }

  /** Whether texts are missing that {@link #completed} would let the base model write. */
  public boolean isIncomplete(GaugeTexts had, List<Probe> probes) {
    return !missing(had, probes).isEmpty();
  }

  /** The texts there were and, of skills that have too few, new ones after further probes. */
  public GaugeTexts completed(GaugeTexts had, List<Probe> probes, LanguageModel base) {
    List<GaugeText> fresh = new ArrayList<>();
    List<Probe> missing = missing(had, probes);
    for (int from = 0; from < missing.size(); from += BATCH) {
      fresh.addAll(written(missing.subList(from, Math.min(missing.size(), from + BATCH)), base));
    }
    List<GaugeText> all = new ArrayList<>(had.texts());
    all.addAll(fresh);
    ProbeScores scores = scorer.score(base, tokenized(fresh));
    return new GaugeTexts(all, had.base().over(scores));
  }

  private List<Probe> missing(GaugeTexts had, List<Probe> probes) {
    Map<String, Integer> counts = new HashMap<>();
    Set<String> known = new HashSet<>();
    had.texts()
        .forEach(
            text -> {
              counts.merge(text.skill(), 1, Integer::sum);
              known.add(text.pairId());
            });
    List<Probe> missing = new ArrayList<>();
    for (Probe probe : probes) {
      if (!known.contains(probe.getPairId())
          && counts.getOrDefault(probe.getSkill(), 0) < textsPerSkill) {
        counts.merge(probe.getSkill(), 1, Integer::sum);
        missing.add(probe);
      }
    }
    return missing;
  }

  /** A probe that the model cannot be asked, or not answer within its limit, gives no text. */
  private List<GaugeText> written(List<Probe> probes, LanguageModel base) {
    List<Probe> asked = new ArrayList<>();
    List<Prompt> prompts = new ArrayList<>();
    for (Probe probe : probes) {
      try {
        int[] ids = tokenizer.prompt(conversations.apply(probe));
        if (ids.length + drawing.maxTokens() <= tokenizer.maxTokens()) {
          asked.add(probe);
          prompts.add(new Prompt(ids, seed * 31 + probe.getPairId().hashCode()));
        }
      } catch (TextException e) {
        continue; // such a probe is not measured either, which is said there
      }
    }
    List<Completion> answers = new Generator(base).complete(prompts, drawing, () -> false);
    List<GaugeText> texts = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      Probe probe = asked.get(i);
      if (tokenizer.tokenize(conversations.apply(probe), answers.get(i).ids())
          instanceof TokenizedExample example) {
        texts.add(GaugeText.of(probe.getPairId(), probe.getSkill(), example));
      }
    }
    return texts;
  }

  /** By skill: KL in nats per token, with its standard error. */
  public SortedMap<String, PerplexityRise> measure(GaugeTexts texts, LanguageModel model) {
    ProbeScores now = scorer.score(model, tokenized(texts.texts()));
    SortedMap<String, PerplexityRise> skills = new TreeMap<>();
    for (GaugeText text : texts.texts()) {
      skills.computeIfAbsent(text.skill(), skill -> PerplexityRise.of(skill, texts.base(), now));
    }
    return skills;
  }

  private static List<TokenizedProbe> tokenized(List<GaugeText> texts) {
    return texts.stream()
        .map(text -> new TokenizedProbe(text.pairId(), text.skill(), text.example()))
        .toList();
  }
}
