package dev.alluvium.trainer.pretrain;

import dev.alluvium.trainer.batch.Batch;
import java.util.List;

/** What each optimizer step is trained on, as a pure function of the seed and the step. */
@FunctionalInterface
interface StepOrder {
  /** The forward passes of a step, counted from 0 over all passes through the texts. */
  List<Batch> batches(long step);
}
