package dev.alluvium.trainer.model.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.model.KeyValueCache;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.generate.Completion.Finish;
import dev.alluvium.trainer.model.torch.GenerationKernels;
import dev.alluvium.trainer.model.torch.Kernels;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Lets a model write on from several prompts at once. The prompts are read in one pass; then every
 * step writes one token of each text that has not ended. Where more prompts are given than are to
 * be answered at once, the next take the places of those whose texts have ended.
 */
public final class Generator {
  /** Texts that have ended leave the batch when at most this share of it has not. */
  private static final double OPEN_SHARE = 0.75;

  private final LanguageModel model;
  private final Kernels kernels;

  public Generator(LanguageModel model) {
    this.model = model;
    this.kernels = model.kernels();
  }

  /** One prompt. */
  public Completion complete(Prompt prompt, GenerationSettings settings) {
    return complete(List.of(prompt), settings, () -> false).get(0);
  }

  /**
   * Writes until every text has ended.
   *
   * @param prompts each of at least one token and fewer than the model has positions
   * @param cancelled asked before each step; texts that have not ended then are {@link
   *     Finish#CANCELLED}
   * @return what was written, in the order of the prompts
   */
  public List<Completion> complete(
      List<Prompt> prompts, GenerationSettings settings, BooleanSupplier cancelled) {
    return complete(prompts, Math.max(1, prompts.size()), settings, cancelled);
  }

  /**
   * The same for more prompts than one batch takes.
   *
   * @param atOnce most texts that are written at a time, 1 or more
   */
  public List<Completion> complete(
      List<Prompt> prompts, int atOnce, GenerationSettings settings, BooleanSupplier cancelled) {
    if (atOnce < 1) {
      throw new IllegalArgumentException(atOnce + " texts at once: expected 1 or more");
    }
    List<Text> texts = prompts.stream().map(prompt -> text(prompt, settings)).toList();
    Deque<Text> waiting = new ArrayDeque<>(texts);
    List<Text> batch = next(waiting, atOnce);
    if (batch.isEmpty()) {
      return List.of();
    }
    try (KeyValueCache cache = model.cache(lengths(batch), settings.maxTokens())) {
      choose(batch, settings, scope -> prefilled(scope, batch, cache));
      while (anyOpen(batch, waiting) && !cancelled.getAsBoolean()) {
        renew(batch, waiting, atOnce, settings, cache);
        if (!batch.stream().allMatch(Text::ended)) {
          choose(batch, settings, scope -> decoded(scope, batch, cache));
        }
      }
    }
    return texts.stream().map(Text::completion).toList();
  }

  private static List<Text> next(Deque<Text> waiting, int most) {
    List<Text> next = new ArrayList<>();
    while (next.size() < most && !waiting.isEmpty()) {
      next.add(waiting.remove());
    }
    return next;
  }

  private static int[] lengths(List<Text> texts) {
    return texts.stream().mapToInt(text -> text.prompt().ids().length).toArray();
  }

  private static boolean anyOpen(List<Text> batch, Deque<Text> waiting) {
    return !waiting.isEmpty() || !batch.stream().allMatch(Text::ended);
  }

  private Text text(Prompt prompt, GenerationSettings settings) {
    int positions = model.decoder().spec().maxPositions();
    int room = positions - prompt.ids().length;
    if (room < 1) {
      throw new IllegalArgumentException(
          "prompt of %d tokens: the model takes fewer than %d"
              .formatted(prompt.ids().length, positions));
    }
    return new Text(prompt, settings, Math.min(room, settings.maxTokens()));
  }

  /** Calculates the hidden states (B, C) that the next tokens follow from. */
  @FunctionalInterface
  private interface Forward {
    NDArray hidden(NDManager scope);
  }

  private void choose(List<Text> batch, GenerationSettings settings, Forward forward) {
    GenerationSettings.Sampling sampling = settings.sampling();
    GenerationKernels.Choosing how =
        new GenerationKernels.Choosing(
            Math.min(settings.vocabulary(), model.decoder().spec().vocab()),
            sampling.temperature(),
            sampling.topK(),
            sampling.topP());
    float[] uniform = new float[batch.size()];
    for (int b = 0; b < uniform.length; b++) {
      uniform[b] = batch.get(b).nextUniform();
    }
    try (NDManager scope = kernels.runtime().newScope()) {
      NDArray logits = model.logits(scope, forward.hidden(scope));
      GenerationKernels.Choice choice = kernels.generation().choose(scope, logits, uniform, how);
      long[] ids = choice.ids().toLongArray();
      float[] logprobs = choice.logprobs().toFloatArray();
      for (int b = 0; b < ids.length; b++) {
        if (!batch.get(b).ended()) {
          batch.get(b).write((int) ids[b], logprobs[b]);
        }
      }
    }
  }

  private NDArray prefilled(NDManager scope, List<Text> batch, KeyValueCache cache) {
    int length = Arrays.stream(lengths(batch)).max().orElseThrow();
    long[] ids = new long[batch.size() * length];
    for (int b = 0; b < batch.size(); b++) {
      long[] own = model.checked(batch.get(b).prompt().ids());
      System.arraycopy(own, 0, ids, b * length, own.length);
    }
    NDArray input = kernels.upload(scope, ids, new Shape(batch.size(), length));
    return model.prefill(scope, input, cache);
  }

  private NDArray decoded(NDManager scope, List<Text> batch, KeyValueCache cache) {
    long[] ids = batch.stream().mapToLong(Text::last).toArray();
    return model.decode(scope, kernels.upload(scope, ids, new Shape(ids.length)), cache);
  }

  /**
   * Takes texts that have ended out of the batch, and the next ones in. That copies the cache, so a
   * few are first carried along, as long as the model has positions for them.
   */
  private void renew(
      List<Text> batch,
      Deque<Text> waiting,
      int atOnce,
      GenerationSettings settings,
      KeyValueCache cache) {
    int[] open = IntStream.range(0, batch.size()).filter(b -> !batch.get(b).ended()).toArray();
    boolean many = open.length <= batch.size() * OPEN_SHARE;
    boolean room = cache.longest() < model.decoder().spec().maxPositions();
    if (open.length == batch.size() || (!many && room)) {
      return;
    }
    batch.removeIf(Text::ended);
    List<Text> next = next(waiting, atOnce - open.length);
    if (next.isEmpty()) {
      cache.keep(open);
      return;
    }
    try (KeyValueCache others = model.cache(lengths(next), 0)) {
      choose(next, settings, scope -> prefilled(scope, next, others));
      cache.exchange(open, others, settings.maxTokens());
    }
    batch.addAll(next);
  }
}
