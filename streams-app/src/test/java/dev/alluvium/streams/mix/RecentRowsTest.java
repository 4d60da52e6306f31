package dev.alluvium.streams.mix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.streams.mix.fold.MixStore.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecentRowsTest {
  private final Kept kept = new Kept();
  private final RecentRows<String> rows = new RecentRows<>(kept, String::length, 6);

  /** Rows for good, and which of them were read. */
  private static final class Kept implements Table<String> {
    private final SortedMap<String, String> rows = new TreeMap<>();
    private final List<String> read = new ArrayList<>();

    @Override
    public @Nullable String get(String key) {
      read.add(key);
      return rows.get(key);
    }

    @Override
    public void add(String key, String row) {
      put(key, row);
    }

    @Override
    public void put(String key, String row) {
      rows.put(key, row);
    }

    @Override
    public void delete(String key) {
      rows.remove(key);
    }

    @Override
    public void visit(BiConsumer<String, String> visitor) {
      rows.forEach(visitor);
    }
  }

  @Test
  void readsOnlyWhatIsNotAtHandAnyMore() {
    rows.put("a", "aa");
    rows.put("b", "bbb");
    assertThat(rows.get("a")).isEqualTo("aa");
    assertThat(kept.read).isEmpty();

    rows.put("c", "cc");
    assertThat(rows.get("a")).isEqualTo("aa");
    assertThat(rows.get("b")).isEqualTo("bbb");
    assertThat(kept.read).containsExactly("a");
  }

  @Test
  void whatIsWrittenAgainOrDeletedIsAtHandNoMore() {
    rows.put("a", "aa");
    rows.put("a", "a");
    rows.put("b", "bbbbb");
    assertThat(rows.get("a")).isEqualTo("a");
    rows.delete("b");
    assertThat(rows.get("b")).isNull();
    assertThat(kept.rows).containsOnlyKeys("a");
  }

  @Test
  void aRowTooLargeToKeepAtHandIsKeptAllTheSame() {
    rows.put("a", "a");
    rows.put("b", "bbbbbbb");
    assertThat(rows.get("b")).isEqualTo("bbbbbbb");
    assertThat(kept.read).containsExactly("b");
  }

  @Test
  void visitsTheTable() {
    rows.put("a", "a");
    kept.rows.put("b", "b");
    SortedMap<String, String> seen = new TreeMap<>();
    rows.visit(seen::put);
    assertThat(seen).isEqualTo(kept.rows);
  }
}
