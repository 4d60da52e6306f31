package dev.alluvium.streams.mix;

import dev.alluvium.schemas.avro.AdmittedProbe;
import dev.alluvium.schemas.avro.MixState;
import dev.alluvium.schemas.avro.PooledCandidate;
import dev.alluvium.streams.mix.fold.MixStore;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The fold's store on the state stores of a stream task. */
final class StateStores implements MixStore {
  static final String STATE = "mix-state";
  static final String POOL = "mix-pool";
  static final String PROBES = "mix-probes";

  private static final String ROW = "state";

  private final KeyValueStore<String, MixState> state;
  private final KeyValueStore<String, PooledCandidate> pool;
  private final KeyValueStore<String, AdmittedProbe> probes;

  StateStores(ProcessorContext<?, ?> context) {
    this.state = context.getStateStore(STATE);
    this.pool = context.getStateStore(POOL);
    this.probes = context.getStateStore(PROBES);
  }

  @Override
  public @Nullable MixState state() {
    return state.get(ROW);
  }

  @Override
  public void putState(MixState row) {
    state.put(ROW, row);
  }

  @Override
  public @Nullable PooledCandidate candidate(String key) {
    return pool.get(key);
  }

  @Override
  public void putCandidate(String key, PooledCandidate candidate) {
    pool.put(key, candidate);
  }

  @Override
  public void deleteCandidate(String key) {
    pool.delete(key);
  }

  @Override
  public void candidates(BiConsumer<String, PooledCandidate> visitor) {
    visit(pool, visitor);
  }

  @Override
  public @Nullable AdmittedProbe probe(String pairId) {
    return probes.get(pairId);
  }

  @Override
  public void putProbe(String pairId, AdmittedProbe probe) {
    probes.put(pairId, probe);
  }

  @Override
  public void deleteProbe(String pairId) {
    probes.delete(pairId);
  }

  @Override
  public void probes(BiConsumer<String, AdmittedProbe> visitor) {
    visit(probes, visitor);
  }

  private static <V> void visit(KeyValueStore<String, V> store, BiConsumer<String, V> visitor) {
    try (KeyValueIterator<String, V> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<String, V> entry = all.next();
        visitor.accept(entry.key, entry.value);
      }
    }
  }
}
