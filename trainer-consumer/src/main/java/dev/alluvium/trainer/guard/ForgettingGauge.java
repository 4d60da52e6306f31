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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
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

  /** A probe that is to be answered. */
  @SuppressWarnings("ArrayRecordComponent") // a short-lived carrier, never compared
  private record Question(Probe probe, int[] prompt) {}

  /** Whether texts are missing that {@link #completed} would let the base model write. */
  public boolean isIncomplete(GaugeTexts had, List<Probe> probes) {
    return !missing(had, probes).isEmpty();
  }

  /**
   * The texts there were and, of skills that have too few, new ones after further probes.
   *
   * @param stop asked before each batch and each token
   * @throws CancellationException when told to stop; nothing was written then
   */
  public GaugeTexts completed(
      GaugeTexts had, List<Probe> probes, LanguageModel base, BooleanSupplier stop) {
    List<GaugeText> fresh = new ArrayList<>();
    List<Question> missing = missing(had, probes);
    for (int from = 0; from < missing.size(); from += BATCH) {
      fresh.addAll(
          written(missing.subList(from, Math.min(missing.size(), from + BATCH)), base, stop));
      if (stop.getAsBoolean()) {
        throw new CancellationException("told to stop");
      }
    }
    List<GaugeText> all = new ArrayList<>(had.texts());
    all.addAll(fresh);
    ProbeScores scores = scorer.score(base, tokenized(fresh), stop);
    return new GaugeTexts(all, had.base().over(scores));
  }

  /** Probes that fit, as many of a skill as it lacks texts. */
  private List<Question> missing(GaugeTexts had, List<Probe> probes) {
    Map<String, Integer> counts = new HashMap<>();
    Set<String> known = new HashSet<>();
    had.texts()
        .forEach(
            text -> {
              counts.merge(text.skill(), 1, Integer::sum);
              known.add(text.pairId());
            });
    List<Question> missing = new ArrayList<>();
    for (Probe probe : probes) {
      if (counts.getOrDefault(probe.getSkill(), 0) < textsPerSkill
          && !known.contains(probe.getPairId())) {
        question(probe)
            .ifPresent(
                question -> {
                  counts.merge(probe.getSkill(), 1, Integer::sum);
                  missing.add(question);
                });
      }
    }
    return missing;
  }

  /** Nothing for a probe that the model cannot be asked, or not answer within its limit. */
  private Optional<Question> question(Probe probe) {
    try {
      int[] prompt = tokenizer.prompt(conversations.apply(probe));
      return prompt.length + drawing.maxTokens() <= tokenizer.maxTokens()
          ? Optional.of(new Question(probe, prompt))
          : Optional.empty();
    } catch (TextException e) {
      return Optional.empty(); // it is not measured either, which is said there
    }
  }

  private List<GaugeText> written(
      List<Question> questions, LanguageModel base, BooleanSupplier stop) {
    List<Prompt> prompts =
        questions.stream()
            .map(q -> new Prompt(q.prompt(), seed * 31 + q.probe().getPairId().hashCode()))
            .toList();
    List<Completion> answers = new Generator(base).complete(prompts, drawing, stop);
    List<GaugeText> texts = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      List<Integer> answer = answers.get(i).ids();
      if (!answer.isEmpty()) { // it is where writing was cancelled
        Probe probe = questions.get(i).probe();
        List<Integer> ids =
            new ArrayList<>(Arrays.stream(questions.get(i).prompt()).boxed().toList());
        ids.addAll(answer);
        texts.add(
            new GaugeText(
                probe.getPairId(), probe.getSkill(), ids, questions.get(i).prompt().length));
      }
    }
    return texts;
  }

  /**
   * By skill: KL in nats per token, with its standard error.
   *
   * @param stop asked before each batch
   * @throws CancellationException when told to stop
   */
  public SortedMap<String, PerplexityRise> measure(
      GaugeTexts texts, LanguageModel model, BooleanSupplier stop) {
    // Texts of a time with a larger train.maxTokens, or with a gauge, may be too long now, or none.
    List<GaugeText> measured =
        texts.texts().stream()
            .filter(text -> textsPerSkill > 0 && text.ids().size() <= tokenizer.maxTokens())
            .toList();
    ProbeScores now = scorer.score(model, tokenized(measured), stop);
    SortedMap<String, PerplexityRise> skills = new TreeMap<>();
    for (GaugeText text : measured) {
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
