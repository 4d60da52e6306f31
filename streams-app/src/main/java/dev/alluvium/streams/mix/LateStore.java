package dev.alluvium.streams.mix;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * A persistent store that rows reach late: those written last wait in memory, bounded in bytes, and
 * one that is deleted soon never reaches the disk. The changelog, which is above this store, has
 * every row at once; before Kafka Streams takes the disk for complete, which it tells by {@link
 * #commit}, all that waits is written down.
 *
 * <p>For rows that are never written over: whoever changes one deletes it first. To look on the
 * disk whether there is another would cost what this saves.
 */
final class LateStore implements KeyValueStore<Bytes, byte[]> {
  /** About what the objects around a row take. */
  private static final int OBJECTS = 150;

  private final KeyValueStore<Bytes, byte[]> disk;
  private final long most;

  /** The oldest first. */
  private final Map<Bytes, byte[]> waiting = new LinkedHashMap<>();

  private long total;

  private LateStore(KeyValueStore<Bytes, byte[]> disk, long most) {
    this.disk = disk;
    this.most = most;
  }

  /**
   * Makes such stores.
   *
   * @param stores of those on the disk
   * @param most bytes of memory that rows wait in
   */
  static KeyValueBytesStoreSupplier over(KeyValueBytesStoreSupplier stores, long most) {
    return new KeyValueBytesStoreSupplier() {
      @Override
      public String name() {
        return stores.name();
      }

      @Override
      public KeyValueStore<Bytes, byte[]> get() {
        return new LateStore(stores.get(), most);
      }

      @Override
      public String metricsScope() {
        return stores.metricsScope();
      }
    };
  }

  @Override
  public byte @Nullable [] get(Bytes key) {
    byte[] row = waiting.get(key);
    return row == null ? disk.get(key) : row;
  }

  @Override
  public void put(Bytes key, byte @Nullable [] value) {
    byte[] before = waiting.remove(key);
    total -= before == null ? 0 : size(key, before);
    if (value != null) {
      waiting.put(key, value);
      total += size(key, value);
      while (total > most) {
        writeOldest();
      }
    } else if (before == null) {
      disk.put(key, null);
    }
  }

  private void writeOldest() {
    Iterator<Map.Entry<Bytes, byte[]>> rows = waiting.entrySet().iterator();
    Map.Entry<Bytes, byte[]> oldest = rows.next();
    disk.put(oldest.getKey(), oldest.getValue());
    total -= size(oldest.getKey(), oldest.getValue());
    rows.remove();
  }

  private static long size(Bytes key, byte[] value) {
    return OBJECTS + key.get().length + value.length;
  }

  private void writeAll() {
    while (!waiting.isEmpty()) {
      writeOldest();
    }
  }

  @Override
  public byte @Nullable [] putIfAbsent(Bytes key, byte[] value) {
    byte[] before = get(key);
    if (before == null) {
      put(key, value);
    }
    return before;
  }

  @Override
  public void putAll(List<KeyValue<Bytes, byte[]>> rows) {
    rows.forEach(row -> put(row.key, row.value));
  }

  @Override
  public byte @Nullable [] delete(Bytes key) {
    byte[] before = get(key);
    put(key, null);
    return before;
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
    writeAll();
    return disk.range(from, to);
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> all() {
    writeAll();
    return disk.all();
  }

  @Override
  public long approximateNumEntries() {
    return disk.approximateNumEntries() + waiting.size();
  }

  @Override
  public String name() {
    return disk.name();
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    disk.init(context, root);
  }

  @Override
  public void commit(Map<TopicPartition, Long> offsets) {
    writeAll();
    disk.commit(offsets);
  }

  /**
   * Deprecated from its birth: it goes when every store keeps its offsets. Until then it is asked.
   */
  @Override
  @SuppressWarnings("deprecation")
  public boolean managesOffsets() {
    return disk.managesOffsets();
  }

  @Override
  public @Nullable Long committedOffset(TopicPartition partition) {
    return disk.committedOffset(partition);
  }

  /** Forgets what waits: after an aborted transaction the same store is opened again. */
  @Override
  public void close() {
    waiting.clear();
    total = 0;
    disk.close();
  }

  @Override
  public boolean persistent() {
    return disk.persistent();
  }

  @Override
  public boolean isOpen() {
    return disk.isOpen();
  }

  @Override
  public Position getPosition() {
    return disk.getPosition();
  }
}
