package dev.alluvium.streams.mix;

import dev.alluvium.schemas.avro.AdmittedProbe;
import dev.alluvium.schemas.avro.MixState;
import dev.alluvium.schemas.avro.OpenContents;
import dev.alluvium.schemas.avro.PooledCandidate;
import dev.alluvium.schemas.avro.RememberedText;
import dev.alluvium.schemas.avro.TrainedExample;
import dev.alluvium.streams.mix.fold.MixStore;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
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
  static final String OPEN = "mix-open";
  static final String RESERVOIRS = "mix-reservoirs";
  static final String REMEMBERED = "mix-remembered";

  private static final String ROW = "state";

  private final KeyValueStore<String, MixState> state;
  private final KeyValueStore<String, PooledCandidate> pool;
  private final KeyValueStore<String, AdmittedProbe> probes;
  private final KeyValueStore<String, OpenContents> open;
  private final KeyValueStore<String, TrainedExample> reservoirs;
  private final KeyValueStore<String, RememberedText> remembered;

  StateStores(ProcessorContext<?, ?> context) {
    this.state = context.getStateStore(STATE);
    this.pool = context.getStateStore(POOL);
    this.probes = context.getStateStore(PROBES);
    this.open = context.getStateStore(OPEN);
    this.reservoirs = context.getStateStore(RESERVOIRS);
    this.remembered = context.getStateStore(REMEMBERED);
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

  @Override
  public @Nullable OpenContents openContents(long windowId) {
    return open.get(Long.toString(windowId));
  }

  @Override
  public void putOpenContents(long windowId, OpenContents contents) {
    open.put(Long.toString(windowId), contents);
  }

  @Override
  public void deleteOpenContents(long windowId) {
    open.delete(Long.toString(windowId));
  }

  @Override
  public void openContents(Consumer<OpenContents> visitor) {
    visit(open, (window, contents) -> visitor.accept(contents));
  }

  @Override
  public @Nullable TrainedExample trainedExample(String key) {
    return reservoirs.get(key);
  }

  @Override
  public void putTrainedExample(String key, TrainedExample example) {
    reservoirs.put(key, example);
  }

  @Override
  public void deleteTrainedExample(String key) {
    reservoirs.delete(key);
  }

  @Override
  public void trainedExamples(BiConsumer<String, TrainedExample> visitor) {
    visit(reservoirs, visitor);
  }

  @Override
  public void putRememberedText(long number, RememberedText text) {
    remembered.put(Long.toString(number), text);
  }

  @Override
  public void deleteRememberedText(long number) {
    remembered.delete(Long.toString(number));
  }

  @Override
  public void rememberedTexts(BiConsumer<Long, RememberedText> visitor) {
    visit(remembered, (number, text) -> visitor.accept(Long.valueOf(number), text));
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
