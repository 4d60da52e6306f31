package dev.alluvium.streams.mix;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.JudgeVerdict;
import dev.alluvium.schemas.avro.PooledCandidate;
import dev.alluvium.schemas.avro.Turn;
import dev.alluvium.streams.mix.fold.MixStore;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The fold's store on the state stores of a stream task. */
final class StateStores {
  static final String STATE = "mix-state";
  static final String POOL = "mix-pool";
  static final String PROBES = "mix-probes";
  static final String OPEN = "mix-open";
  static final String RESERVOIRS = "mix-reservoirs";
  static final String TRAINED = "mix-trained";
  static final String REMEMBERED = "mix-remembered";

  /** Letters of the candidates kept at hand as objects, some 8 to 16 MiB. */
  private static final long RECENT_CHARS = 1 << 23;

  /** What the object around a candidate's texts counts as, and each of a list's. */
  private static final long OBJECT_CHARS = 1_000;

  private StateStores() {}

  /** The stores of a task. */
  static MixStore of(ProcessorContext<?, ?> context) {
    return new MixStore(
        new Rows<>(context.getStateStore(STATE), false),
        new RecentRows<>(
            new Rows<PooledCandidate>(context.getStateStore(POOL), true),
            StateStores::size,
            RECENT_CHARS),
        new Rows<>(context.getStateStore(PROBES), false),
        new Rows<>(context.getStateStore(OPEN), false),
        new Rows<>(context.getStateStore(RESERVOIRS), true),
        new Rows<>(context.getStateStore(TRAINED), false),
        new Rows<>(context.getStateStore(REMEMBERED), false));
  }

  private static long size(PooledCandidate pooled) {
    Candidate candidate = pooled.getCandidate();
    long size = OBJECT_CHARS;
    size += candidate.getGold().length() + candidate.getTarget().getText().length();
    size += candidate.getPrompt().getInstruction().length();
    String context = candidate.getPrompt().getContext();
    size += context == null ? 0 : context.length();
    for (Turn turn : candidate.getPrompt().getHistory()) {
      size += OBJECT_CHARS + turn.getText().length();
    }
    for (String test : candidate.getTests()) {
      size += OBJECT_CHARS + test.length();
    }
    for (JudgeVerdict verdict : candidate.getVerdicts()) {
      size += OBJECT_CHARS + verdict.getEvidence().length();
    }
    return size + 4L * candidate.getTarget().getTokenIds().size();
  }

  /**
   * Rows of a store.
   *
   * @param late whether it is a {@link LateStore}, to which rows are added and never written over
   */
  private record Rows<V>(KeyValueStore<String, V> store, boolean late)
      implements MixStore.Table<V> {
    @Override
    public @Nullable V get(String key) {
      return store.get(key);
    }

    @Override
    public void add(String key, V row) {
      store.put(key, row);
    }

    @Override
    public void put(String key, V row) {
      if (late) {
        throw new UnsupportedOperationException("delete the row of " + key + " first, and add");
      }
      store.put(key, row);
    }

    @Override
    public void delete(String key) {
      // The store's own delete reads what it deletes.
      store.put(key, null);
    }

    @Override
    public void visit(BiConsumer<String, V> visitor) {
      try (KeyValueIterator<String, V> all = store.all()) {
        while (all.hasNext()) {
          KeyValue<String, V> row = all.next();
          visitor.accept(row.key, row.value);
        }
      }
    }
  }
}
