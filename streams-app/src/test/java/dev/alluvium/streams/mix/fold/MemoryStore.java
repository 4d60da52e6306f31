package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.AdmittedProbe;
import dev.alluvium.schemas.avro.MixState;
import dev.alluvium.schemas.avro.OpenContents;
import dev.alluvium.schemas.avro.PooledCandidate;
import dev.alluvium.schemas.avro.RememberedText;
import dev.alluvium.schemas.avro.TrainedExample;
import dev.alluvium.schemas.serde.AvroSerde;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Keeps bytes, as a real store does, so that nothing survives by being the same object. */
final class MemoryStore implements MixStore {
  private static final String ROW = "row";

  private final Table<MixState> state = new Table<>(MixState.class);
  private final Table<PooledCandidate> pool = new Table<>(PooledCandidate.class);
  private final Table<AdmittedProbe> probes = new Table<>(AdmittedProbe.class);
  private final Table<OpenContents> open = new Table<>(OpenContents.class);
  private final Table<RememberedText> remembered = new Table<>(RememberedText.class);
  private final Table<TrainedExample> reservoirs = new Table<>(TrainedExample.class);

  private static final class Table<T extends SpecificRecord> {
    private final AvroSerde<T> serde;
    private final Deserializer<T> reader;
    private final Map<String, byte[]> rows = new TreeMap<>();

    Table(Class<T> type) {
      this.serde = AvroSerde.of(type, new SchemaStore.Cache());
      this.reader = serde.deserializer();
    }

    @Nullable T get(String key) {
      byte[] bytes = rows.get(key);
      return bytes == null ? null : reader.deserialize("", bytes);
    }

    void put(String key, T value) {
      rows.put(key, serde.toBytes(value));
    }

    void visit(BiConsumer<String, T> visitor) {
      rows.forEach((key, bytes) -> visitor.accept(key, reader.deserialize("", bytes)));
    }
  }

  /** Candidates that wait or belong to a window without an outcome. */
  int candidates() {
    return pool.rows.size();
  }

  /** Candidates that wait. */
  int pooled() {
    return pooled("");
  }

  /** Candidates of a skill that wait; of all skills when it is empty. */
  int pooled(String skill) {
    Set<String> waiting = new HashSet<>(pool.rows.keySet());
    openContents(contents -> contents.getPlaces().forEach(p -> waiting.remove(p.getKey())));
    String prefix = skill.isEmpty() ? "" : skill + "|";
    return (int) waiting.stream().filter(key -> key.startsWith(prefix)).count();
  }

  /** Windows whose contents are kept. */
  int openWindows() {
    return open.rows.size();
  }

  /** Texts that are remembered. */
  int remembered() {
    return remembered.rows.size();
  }

  /** Keys of what may be replayed. */
  Set<String> kept() {
    return reservoirs.rows.keySet();
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
    pool.rows.remove(key);
  }

  @Override
  public void candidates(BiConsumer<String, PooledCandidate> visitor) {
    pool.visit(visitor);
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
    probes.rows.remove(pairId);
  }

  @Override
  public void probes(BiConsumer<String, AdmittedProbe> visitor) {
    probes.visit(visitor);
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
    open.rows.remove(Long.toString(windowId));
  }

  @Override
  public void openContents(Consumer<OpenContents> visitor) {
    open.visit((window, contents) -> visitor.accept(contents));
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
    reservoirs.rows.remove(key);
  }

  @Override
  public void trainedExamples(BiConsumer<String, TrainedExample> visitor) {
    reservoirs.visit(visitor);
  }

  @Override
  public void putRememberedText(long number, RememberedText text) {
    remembered.put(Long.toString(number), text);
  }

  @Override
  public void deleteRememberedText(long number) {
    remembered.rows.remove(Long.toString(number));
  }

  @Override
  public void rememberedTexts(BiConsumer<Long, RememberedText> visitor) {
    remembered.visit((number, text) -> visitor.accept(Long.valueOf(number), text));
  }
}
