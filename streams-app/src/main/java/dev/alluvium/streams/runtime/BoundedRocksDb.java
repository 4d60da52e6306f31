package dev.alluvium.streams.runtime;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * Bounds the native memory of all state stores of this process together. One cache for the process,
 * because Kafka Streams makes an instance of this class per store.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {
  static {
    RocksDB.loadLibrary();
  }

  /** Blocks, indexes, filters and write buffers of all stores together. */
  static final long CACHE_BYTES = 96L * 1024 * 1024;

  private static final long WRITE_BUFFER_BYTES = 48L * 1024 * 1024;
  private static final long MEMTABLE_BYTES = 8L * 1024 * 1024;
  private static final int SHARD_BITS_DEFAULT = -1;
  private static final double HIGH_PRIORITY_SHARE = 0.1;

  private static final Cache CACHE =
      new LRUCache(CACHE_BYTES, SHARD_BITS_DEFAULT, false, HIGH_PRIORITY_SHARE);
  private static final WriteBufferManager WRITE_BUFFERS =
      new WriteBufferManager(WRITE_BUFFER_BYTES, CACHE);

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(CACHE);
    table.setCacheIndexAndFilterBlocks(true);
    table.setCacheIndexAndFilterBlocksWithHighPriority(true);
    table.setPinTopLevelIndexAndFilter(true);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(WRITE_BUFFERS);
    options.setWriteBufferSize(MEMTABLE_BYTES);
    options.setMaxWriteBufferNumber(2);
  }

  @Override
  public void close(String storeName, Options options) {
    // Cache and write buffers are shared by all stores and live as long as the process.
  }
}
