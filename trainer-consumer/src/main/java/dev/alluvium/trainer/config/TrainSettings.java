package dev.alluvium.trainer.config;

import static dev.alluvium.trainer.config.Check.parsed;
import static dev.alluvium.trainer.config.Check.require;

import dev.alluvium.schemas.Digests;
import dev.alluvium.trainer.gate.Budgets;
import dev.alluvium.trainer.loss.Normalise;
import dev.alluvium.trainer.mixup.Mixture;
import dev.alluvium.trainer.mixup.Scope;
import dev.alluvium.trainer.mixup.Split;
import dev.alluvium.trainer.model.Projection;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.model.lora.Targets;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.text.TemplateChoice;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How the trainer works. Everything that shapes the weights is in the digest that every checkpoint
 * and version carries.
 *
 * @param model Hugging Face directory of the base model
 * @param store directory of checkpoints and versions
 * @param device {@code cpu}, {@code cuda} for the first GPU, or {@code cuda:N}
 * @param dtype numbers the base computes in: {@code float32} or {@code bfloat16}
 * @param threads CPU threads of the calculation; 0 for all cores
 * @param seed seed of everything random
 * @param method what is trained: {@code lora}, an adapter on the frozen base model, or {@code
 *     full}, all weights
 * @param lora the adapter; without effect under {@code full}
 * @param learningRate rate after the warm-up
 * @param warmupSteps steps over which the rate rises from 0
 * @param weightDecay AdamW's decay
 * @param clipNorm largest global gradient norm; larger gradients are scaled down
 * @param passesPerWindow how often a window is gone through
 * @param batchTokens most tokens, padding included, in one batch
 * @param accumulate batches in one optimizer step
 * @param recomputeLayers layers whose activations are calculated again together in the backward
 *     pass; 0 keeps all. Changes memory and time, not the weights
 * @param maxTokens longest example, prompt and response together
 * @param normalise what the loss is averaged over: {@code token} or {@code example}
 * @param sftmix the mixup regulariser
 * @param kl what holds an adapter near its base
 * @param chatTemplate how turns are written: {@code model}, {@code builtin}, or the name of one of
 *     the model's chat templates
 * @param templateVariables what the template may read besides the messages: JSON values, or text
 * @param commit when training is made to count
 * @param gate when and by what a version is judged
 * @param guard what watches training between two rulings
 * @param keep how much state is kept
 * @param heartbeat how often the lease is confirmed while there is nothing to commit
 */
public record TrainSettings(
    String model,
    String store,
    String device,
    String dtype,
    int threads,
    long seed,
    String method,
    AdapterSettings lora,
    double learningRate,
    int warmupSteps,
    double weightDecay,
    double clipNorm,
    int passesPerWindow,
    int batchTokens,
    int accumulate,
    int recomputeLayers,
    int maxTokens,
    String normalise,
    SftMixSettings sftmix,
    KlSettings kl,
    String chatTemplate,
    Map<String, String> templateVariables,
    CommitSettings commit,
    GateSettings gate,
    GuardSettings guard,
    KeepSettings keep,
    Duration heartbeat) {

  /** Checks every value. */
  public TrainSettings {
    templateVariables = Map.copyOf(templateVariables);
    require(!model.isBlank(), "train.model is empty: expected a Hugging Face model directory");
    require(!store.isBlank(), "train.store is empty: expected a directory");
    parsed("train.device", () -> new Compute(device, Precision.FLOAT32, 1));
    parsed("train.dtype", () -> Precision.parse(dtype));
    parsed("train.method", () -> TrainingMethod.parse(method));
    parsed("train.normalise", () -> Normalise.parse(normalise));
    require(
        !chatTemplate.isBlank(),
        "train.chatTemplate is empty: expected model, builtin or a template's name");
    Map<String, String> variables = templateVariables;
    parsed("train.templateVariables", () -> TemplateChoice.of("any", variables));
    require(threads >= 0, "train.threads is %d: expected 0 (all cores) or more", threads);
    require(
        learningRate > 0 && Double.isFinite(learningRate),
        "train.learningRate is %s: expected more than 0",
        learningRate);
    require(warmupSteps >= 0, "train.warmupSteps is %d: expected 0 or more", warmupSteps);
    require(weightDecay >= 0, "train.weightDecay is %s: expected 0 or more", weightDecay);
    require(clipNorm > 0, "train.clipNorm is %s: expected more than 0", clipNorm);
    require(
        passesPerWindow >= 1, "train.passesPerWindow is %d: expected 1 or more", passesPerWindow);
    require(maxTokens >= 2, "train.maxTokens is %d: expected 2 or more", maxTokens);
    require(
        batchTokens >= maxTokens,
        "train.batchTokens is %d: expected at least train.maxTokens, which is %d",
        batchTokens,
        maxTokens);
    require(
        gate.judgedProbes() == 0 || gate.answerTokens() < maxTokens,
        "train.gate.answerTokens is %d: expected less than train.maxTokens, which is %d",
        gate.answerTokens(),
        maxTokens);
    require(
        kl.weight() == 0 || TrainingMethod.parse(method) == TrainingMethod.LORA,
        "train.kl.weight is %s and train.method is %s: expected lora, under which the base model stays in memory, or weight 0",
        kl.weight(),
        method);
    require(accumulate >= 1, "train.accumulate is %d: expected 1 or more", accumulate);
    require(
        recomputeLayers >= 0, "train.recomputeLayers is %d: expected 0 or more", recomputeLayers);
    require(
        heartbeat.toMillis() >= 100, "train.heartbeat is %s: expected 100ms or more", heartbeat);
  }

  /** How examples are mixed; nothing if they are not. */
  public Optional<Mixture> mixture() {
    return sftmix.mu() == 0 ? Optional.empty() : Optional.of(sftmix.mixture(seed));
  }

  /** How turns are written. */
  public TemplateChoice turns() {
    return TemplateChoice.of(chatTemplate, templateVariables);
  }

  /** The CPU threads to use: as set, or one per processor. */
  public int cpuThreads() {
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }

  /** The same with so many CPU threads. */
  public TrainSettings withThreads(int number) {
    return new TrainSettings(
        model,
        store,
        device,
        dtype,
        number,
        seed,
        method,
        lora,
        learningRate,
        warmupSteps,
        weightDecay,
        clipNorm,
        passesPerWindow,
        batchTokens,
        accumulate,
        recomputeLayers,
        maxTokens,
        normalise,
        sftmix,
        kl,
        chatTemplate,
        templateVariables,
        commit,
        gate,
        guard,
        keep,
        heartbeat);
  }

  /**
   * Digest of everything that shapes the weights, the base model aside; where and how often things
   * are written does not.
   */
  public String digest() {
    return Digests.sha256(
        device,
        dtype,
        TrainingMethod.parse(method) == TrainingMethod.FULL ? method : lora.toString(),
        chatTemplate,
        new TreeMap<>(templateVariables).toString(),
        "%d %s %d %s %s %d %d %d %d %s %d%s"
            .formatted(
                seed,
                learningRate,
                warmupSteps,
                weightDecay,
                clipNorm,
                passesPerWindow,
                batchTokens,
                accumulate,
                maxTokens,
                normalise,
                cpuThreads(),
                mixture().map(this::described).orElse("") + kl.described()));
  }

  /** What is remembered shapes the weights where halves are told by it. */
  private String described(Mixture mixture) {
    return " " + mixture + (mixture.split() == Split.WINDOW ? " " + sftmix.remembered() : "");
  }

  /**
   * The adapter.
   *
   * @param rank r, rows of A and columns of B
   * @param alpha the update is scaled by alpha / rank
   * @param dropout share of a layer's inputs hidden from the adapter in training, [0, 1)
   * @param targets the linear layers that carry it, separated by commas; {@code all} for all seven
   * @param rankStabilised scale the update by alpha / sqrt(rank) instead (rsLoRA)
   */
  public record AdapterSettings(
      int rank, double alpha, double dropout, String targets, boolean rankStabilised) {
    /** Checks every value. */
    public AdapterSettings {
      require(rank >= 1, "train.lora.rank is %d: expected 1 or more", rank);
      require(alpha > 0, "train.lora.alpha is %s: expected more than 0", alpha);
      require(dropout >= 0 && dropout < 1, "train.lora.dropout is %s: expected [0, 1)", dropout);
      require(!targets.isBlank(), "train.lora.targets is empty: expected all, or layer names");
      parsed("train.lora.targets", () -> projections(targets));
    }

    /** The adapter's shape for the model runtime. */
    public LoraSettings shape() {
      return new LoraSettings(
          rank, alpha, dropout, Targets.of(projections(targets)), rankStabilised);
    }

    private static Set<Projection> projections(String targets) {
      return targets.equals("all")
          ? EnumSet.allOf(Projection.class)
          : Arrays.stream(targets.split(","))
              .map(name -> Projection.parse(name.strip()))
              .collect(Collectors.toCollection(() -> EnumSet.noneOf(Projection.class)));
    }
  }

  /**
   * The mixup regulariser of SFTMix.
   *
   * @param mu weight of its loss beside that of the examples; 0 for none, and nothing else then has
   *     an effect
   * @param alpha examples are mixed by parts from Beta(alpha, alpha)
   * @param split what tells confident from unconfident examples: {@code batch}, their loss in the
   *     batch they are in; {@code window}, how well they were known before, as far as it is
   *     remembered; or {@code random}, chance
   * @param scope which examples are ranked and mixed together: those of a {@code skill}, or all,
   *     {@code global}
   * @param remembered pairs of which is remembered how well they are known
   */
  public record SftMixSettings(
      double mu, double alpha, String split, String scope, int remembered) {
    private static final int MOST_REMEMBERED = 100_000;

    /** Checks every value. */
    public SftMixSettings {
      require(mu >= 0 && Double.isFinite(mu), "train.sftmix.mu is %s: expected 0 or more", mu);
      require(
          alpha > 0 && Double.isFinite(alpha),
          "train.sftmix.alpha is %s: expected more than 0",
          alpha);
      parsed("train.sftmix.split", () -> Split.parse(split));
      parsed("train.sftmix.scope", () -> Scope.parse(scope));
      require(
          remembered >= 1 && remembered <= MOST_REMEMBERED,
          "train.sftmix.remembered is %d: expected 1 to %d",
          remembered,
          MOST_REMEMBERED);
    }

    private Mixture mixture(long seed) {
      return new Mixture(mu, alpha, Split.parse(split), Scope.parse(scope), seed);
    }
  }

  /**
   * What holds an adapter near its base while it learns.
   *
   * @param weight of the mean KL(base || adapter) at the trained tokens beside their loss; 0 for
   *     none
   */
  public record KlSettings(double weight) {
    /** Checks every value. */
    public KlSettings {
      require(
          weight >= 0 && Double.isFinite(weight),
          "train.kl.weight is %s: expected 0 or more",
          weight);
    }

    private String described() {
      return weight == 0 ? "" : " kl " + weight;
    }
  }

  /**
   * When training is made to count.
   *
   * @param minSeconds a commit waits until so much has been trained, unless nothing else is to do
   */
  public record CommitSettings(int minSeconds) {
    /** Checks every value. */
    public CommitSettings {
      require(minSeconds >= 0, "train.commit.minSeconds is %d: expected 0 or more", minSeconds);
    }
  }

  /**
   * When and by what a version is judged.
   *
   * @param every windows in a cycle
   * @param perplexityBudget share by which a skill's perplexity may rise over the last promoted
   *     version's
   * @param cumulativeBudget the same over the reference's
   * @param reference what a version is held against in all: {@code best}, the best promoted version
   *     or the base model, or always {@code base}
   * @param leastProbes a skill with fewer probes is unmeasured
   * @param unmeasured what an unmeasured skill means: {@code refuse} or {@code ignore}
   * @param judgedProbes most probes of a skill that are answered in writing and judged; 0 for none
   * @param answerTokens most tokens of an answer
   * @param accuracyBudget by how much a skill's share of right answers may fall below the last
   *     promoted version's
   * @param cumulativeAccuracyBudget the same below the reference's
   */
  public record GateSettings(
      int every,
      double perplexityBudget,
      double cumulativeBudget,
      String reference,
      int leastProbes,
      String unmeasured,
      int judgedProbes,
      int answerTokens,
      double accuracyBudget,
      double cumulativeAccuracyBudget) {
    /** Checks every value. */
    public GateSettings {
      require(every >= 1, "train.gate.every is %d: expected 1 or more windows", every);
      require(
          perplexityBudget >= 0,
          "train.gate.perplexityBudget is %s: expected 0 or more",
          perplexityBudget);
      require(
          cumulativeBudget >= 0,
          "train.gate.cumulativeBudget is %s: expected 0 or more",
          cumulativeBudget);
      require(
          reference.equals("best") || reference.equals("base"),
          "train.gate.reference is %s: expected best or base",
          reference);
      require(leastProbes >= 2, "train.gate.leastProbes is %d: expected 2 or more", leastProbes);
      require(
          unmeasured.equals("refuse") || unmeasured.equals("ignore"),
          "train.gate.unmeasured is %s: expected refuse or ignore",
          unmeasured);
      require(answerTokens >= 1, "train.gate.answerTokens is %d: expected 1 or more", answerTokens);
      require(
          accuracyBudget > 0 && accuracyBudget < 1,
          "train.gate.accuracyBudget is %s: expected more than 0 and less than 1",
          accuracyBudget);
      require(
          cumulativeAccuracyBudget > 0 && cumulativeAccuracyBudget < 1,
          "train.gate.cumulativeAccuracyBudget is %s: expected more than 0 and less than 1",
          cumulativeAccuracyBudget);
      int fewest =
          fewestAnswers(leastProbes, new Budgets(accuracyBudget, cumulativeAccuracyBudget));
      require(
          judgedProbes == 0 || judgedProbes >= fewest,
          "train.gate.judgedProbes is %d: expected 0 for none, or at least %d, below which nothing can be shown with train.gate.accuracyBudget %s, cumulativeAccuracyBudget %s and leastProbes %d",
          judgedProbes,
          fewest,
          accuracyBudget,
          cumulativeAccuracyBudget,
          leastProbes);
    }

    private static int fewestAnswers(int leastProbes, Budgets budgets) {
      return Math.max(leastProbes, budgets.fewestAnswers());
    }

    /** The fewest written answers that can decide on a skill. */
    public int fewestAnswers() {
      return fewestAnswers(leastProbes, new Budgets(accuracyBudget, cumulativeAccuracyBudget));
    }

    /** Whether the best promoted version counts in the place of a base model that is worse. */
    public boolean againstBest() {
      return reference.equals("best");
    }

    /** Whether a skill that cannot be measured is passed over. */
    public boolean ignoresUnmeasured() {
      return unmeasured.equals("ignore");
    }
  }

  /**
   * What watches training between two rulings of the gate.
   *
   * @param lossSpike a window whose loss is above so many times the median of the windows before
   *     goes into quarantine; 0 for none
   * @param gaugeTexts texts of the base model by which forgetting is gauged, of each skill; 0 for
   *     no gauge
   * @param gaugeTokens longest of them
   * @param mostDivergence weights that have moved further than this from the base model, in nats a
   *     token over those texts, are not promoted; 0 for no cap
   */
  public record GuardSettings(
      double lossSpike, int gaugeTexts, int gaugeTokens, double mostDivergence) {
    private static final int MOST_TEXTS = 1000;

    /** Checks every value. */
    public GuardSettings {
      require(
          lossSpike == 0 || (lossSpike > 1 && Double.isFinite(lossSpike)),
          "train.guard.lossSpike is %s: expected more than 1, or 0 for no limit",
          lossSpike);
      require(
          gaugeTexts >= 0 && gaugeTexts <= MOST_TEXTS,
          "train.guard.gaugeTexts is %d: expected 0 to %d",
          gaugeTexts,
          MOST_TEXTS);
      require(gaugeTokens >= 1, "train.guard.gaugeTokens is %d: expected 1 or more", gaugeTokens);
      require(
          mostDivergence >= 0 && Double.isFinite(mostDivergence),
          "train.guard.mostDivergence is %s: expected more than 0, or 0 for no cap",
          mostDivergence);
      require(
          mostDivergence == 0 || gaugeTexts >= 2,
          "train.guard.mostDivergence is %s and train.guard.gaugeTexts is %d: expected 2 or more texts to gauge by",
          mostDivergence,
          gaugeTexts);
    }
  }

  /**
   * How much state is kept.
   *
   * @param checkpoints newest checkpoints
   * @param promoted newest promoted versions whose checkpoints stay, so that training can return
   * @param versions newest versions whose directories stay, beside those that are needed
   */
  public record KeepSettings(int checkpoints, int promoted, int versions) {
    /** Checks every value. */
    public KeepSettings {
      require(checkpoints >= 1, "train.keep.checkpoints is %d: expected 1 or more", checkpoints);
      require(promoted >= 1, "train.keep.promoted is %d: expected 1 or more", promoted);
      require(versions >= 1, "train.keep.versions is %d: expected 1 or more", versions);
    }
  }
}
