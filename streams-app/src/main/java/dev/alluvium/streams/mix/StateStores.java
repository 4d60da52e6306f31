package dev.alluvium.streams.mix;

import dev.alluvium.schemas.avro.PooledCandidate;
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

  /** Estimated tokens of the candidates kept at hand as objects: some 8 MiB of texts. */
  private static final long RECENT_TOKENS = 1 << 20;

  /** What a short candidate counts as, for the object around its texts. */
  private static final int LEAST_TOKENS = 256;

  private StateStores() {}

  /** The stores of a task. */
  static MixStore of(ProcessorContext<?, ?> context) {
    return new MixStore(
        new Rows<>(context.getStateStore(STATE)),
        new RecentRows<>(
            new Rows<PooledCandidate>(context.getStateStore(POOL)),
            pooled -> Math.max(LEAST_TOKENS, pooled.getCandidate().getEstimatedTokens()),
            RECENT_TOKENS),
        new Rows<>(context.getStateStore(PROBES)),
        new Rows<>(context.getStateStore(OPEN)),
        new Rows<>(context.getStateStore(RESERVOIRS)),
        new Rows<>(context.getStateStore(TRAINED)),
        new Rows<>(context.getStateStore(REMEMBERED)));
  }

  private record Rows<V>(KeyValueStore<String, V> store) implements MixStore.Table<V> {
    @Override
    public @Nullable V get(String key) {
      return store.get(key);
    }

    @Override
    public void put(String key, V row) {
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
