package dev.alluvium.trainer.pretrain;

import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.text.TokenizedExample;
import java.util.ArrayList;
import java.util.List;

/** Steps on texts that are joined and cut into sequences of one length, without padding. */
final class JoinedTexts implements StepOrder {
  private final SequenceOrder order;
  private final Schedule schedule;

  JoinedTexts(List<TokenizedExample> texts, Schedule schedule, long seed) {
    List<int[]> ids = texts.stream().map(TokenizedExample::ids).toList();
    this.order = new SequenceOrder(ids, schedule.sequence(), seed);
    this.schedule = schedule;
  }

  @Override
  public List<Batch> batches(long step) {
    int perStep = schedule.sequencesPerStep();
    List<TokenizedExample> sequences = order.sequences(step * perStep, perStep);
    int size = schedule.sequencesPerBatch();
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < sequences.size(); from += size) {
      batches.add(Batch.of(sequences.subList(from, Math.min(sequences.size(), from + size))));
    }
    return batches;
  }
}
