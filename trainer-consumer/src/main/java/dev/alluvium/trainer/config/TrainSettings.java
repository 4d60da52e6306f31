package dev.alluvium.trainer.config;

import static dev.alluvium.trainer.config.Check.parsed;
import static dev.alluvium.trainer.config.Check.require;

import dev.alluvium.schemas.Digests;
import dev.alluvium.trainer.loss.Normalise;
import dev.alluvium.trainer.mixup.Mixture;
import dev.alluvium.trainer.mixup.Split;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.text.TemplateChoice;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
 * @param kl what holds an adapter near its base; without effect under {@code full}
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

  /** Weight of the KL from the base model; 0 where all weights are trained and none stays. */
  public double klWeight() {
    return TrainingMethod.parse(method) == TrainingMethod.LORA ? kl.weight() : 0;
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
                mixture().map(this::described).orElse("")
                    + (klWeight() == 0 ? "" : " kl " + klWeight())));
  }

  /** What is remembered shapes the weights where halves are told by it. */
  private String described(Mixture mixture) {
    return " " + mixture + (mixture.split() == Split.WINDOW ? " " + sftmix.remembered() : "");
  }
}
