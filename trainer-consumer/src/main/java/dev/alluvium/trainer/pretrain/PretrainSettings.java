package dev.alluvium.trainer.pretrain;

import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.torch.Compute;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A pretraining run.
 *
 * @param inputs JSON Lines files, gzip or not, of texts ({@code id, source, text}) or pairs ({@code
 *     id, source, instruction, context?, response})
 * @param output the model directory to write; a tokenizer that is already there is used, otherwise
 *     one is learnt from the inputs
 * @param spec shape of the model; its vocabulary is also the size of a new tokenizer
 * @param answersOnly train every pair in a row of its own and only on its answer, as a stream does;
 *     otherwise everything is joined, cut into sequences and trained on all tokens
 * @param heldOutPercent share of the texts, chosen by the hash of their id, that is never trained
 *     and gives the reported perplexity
 * @param seed decides the first weights and the order of the texts
 * @param saveEvery how often the training state and the model are written
 */
public record PretrainSettings(
    List<Path> inputs,
    Path output,
    DecoderSpec spec,
    Schedule schedule,
    boolean answersOnly,
    int heldOutPercent,
    long seed,
    Duration saveEvery,
    Compute compute) {
  public PretrainSettings {
    inputs = List.copyOf(inputs);
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("pretraining: no input files given");
    }
    if (heldOutPercent < 1 || heldOutPercent > 50) {
      throw new IllegalArgumentException(
          "pretraining: heldOutPercent is " + heldOutPercent + ": expected 1 to 50");
    }
    if (schedule.sequence() > spec.maxPositions()) {
      throw new IllegalArgumentException(
          "pretraining: sequence is "
              + schedule.sequence()
              + " tokens, but the model has "
              + spec.maxPositions()
              + " positions");
    }
  }
}
