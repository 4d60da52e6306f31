package dev.alluvium.streams.mix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LateStoreTest {
  /** Room for "four" and "six by", each with what is around it, and not for another byte. */
  private static final long MOST = 2 * (150 + 1) + 10;

  private final KeyValueBytesStoreSupplier stores = Stores.inMemoryKeyValueStore("rows");

  /** What stands for the disk. */
  private final KeyValueStore<Bytes, byte[]> disk = stores.get();

  /** The rows that the disk had when it was committed. */
  private final List<String> committed = new ArrayList<>();

  private final KeyValueStore<Bytes, byte[]> late =
      LateStore.over(
              new KeyValueBytesStoreSupplier() {
                @Override
                public String name() {
                  return stores.name();
                }

                @Override
                public KeyValueStore<Bytes, byte[]> get() {
                  return watched();
                }

                @Override
                public String metricsScope() {
                  return stores.metricsScope();
                }
              },
              MOST)
          .get();

  @Test
  void whatIsDeletedSoonNeverReachesTheDisk() {
    put("a", "four");
    assertThat(get("a")).isEqualTo("four");
    late.put(key("a"), null);
    late.commit(Map.of());
    assertThat(rows(disk)).isEmpty();
    assertThat(get("a")).isNull();
  }

  @Test
  void theOldestIsWrittenDownWhenTooMuchWaits() {
    put("a", "four");
    put("b", "six by");
    assertThat(rows(disk)).isEmpty();
    put("c", "!");
    assertThat(rows(disk)).containsExactly("a=four");
    assertThat(get("a")).isEqualTo("four");
    late.put(key("a"), null);
    assertThat(rows(disk)).isEmpty();
  }

  @Test
  void aRowThatAloneIsTooMuchIsWrittenAtOnce() {
    String large = "x".repeat((int) MOST);
    put("a", large);
    assertThat(rows(disk)).containsExactly("a=" + large);
  }

  @Test
  void allIsWrittenDownBeforeTheDiskIsCommitted() {
    put("a", "four");
    put("b", "six by");
    late.commit(Map.of());
    assertThat(committed).containsExactly("a=four", "b=six by");
  }

  @Test
  void whatWaitedForATransactionThatWasAbortedIsForgotten() {
    put("a", "four");
    late.close();
    assertThat(get("a")).isNull();
    put("b", "six by");
    put("c", "four");
    assertThat(rows(disk)).as("what was forgotten counts no more").isEmpty();
  }

  /** Rows are changed as the pool changes them: deleted, then written. */
  @Test
  void answersAsTheDiskAloneWould() {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(7);
    Map<String, String> model = new TreeMap<>();
    for (int step = 0; step < 20_000; step++) {
      String key = "k" + random.nextInt(8);
      String value = "v".repeat(1 + random.nextInt(5)) + step % 10;
      switch (random.nextInt(7)) {
        case 0, 1 -> {
          if (model.putIfAbsent(key, value) != null) {
            assertThat(text(late.delete(key(key)))).isEqualTo(model.put(key, value));
          }
          put(key, value);
        }
        case 2 ->
            assertThat(text(late.putIfAbsent(key(key), value.getBytes(UTF_8))))
                .isEqualTo(model.putIfAbsent(key, value));
        case 3 -> {
          late.put(key(key), null);
          model.remove(key);
        }
        case 4 -> assertThat(get(key)).isEqualTo(model.get(key));
        case 5 -> {
          if (step % 50 == 0) {
            late.commit(Map.of());
            assertThat(rows(disk)).hasSize(model.size());
          }
        }
        default -> {
          if (step % 20 == 0) {
            assertThat(rows(late)).isEqualTo(list(model));
          }
        }
      }
    }
  }

  @SuppressWarnings("unchecked")
  private KeyValueStore<Bytes, byte[]> watched() {
    return (KeyValueStore<Bytes, byte[]>)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {KeyValueStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("commit")) {
                committed.addAll(rows(disk));
              }
              return method.invoke(disk, arguments);
            });
  }

  private static List<String> list(Map<String, String> model) {
    return model.entrySet().stream().map(Object::toString).toList();
  }

  private void put(String key, String value) {
    late.put(key(key), value.getBytes(UTF_8));
  }

  private @Nullable String get(String key) {
    return text(late.get(key(key)));
  }

  private static Bytes key(String key) {
    return Bytes.wrap(key.getBytes(UTF_8));
  }

  private static @Nullable String text(byte @Nullable [] bytes) {
    return bytes == null ? null : new String(bytes, UTF_8);
  }

  private static List<String> rows(KeyValueStore<Bytes, byte[]> store) {
    List<String> rows = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> row = all.next();
        rows.add(new String(row.key.get(), UTF_8) + "=" + text(row.value));
      }
    }
    return rows;
  }
}
