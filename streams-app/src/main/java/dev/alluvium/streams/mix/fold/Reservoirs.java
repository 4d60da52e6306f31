package dev.alluvium.streams.mix.fold;

import static java.util.Objects.requireNonNull;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.ReplayRules;
import dev.alluvium.schemas.avro.TrainedExample;
import dev.alluvium.schemas.serde.AvroSerde;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.avro.message.SchemaStore;

/**
 * Per skill a uniform sample of all examples ever trained, bounded in number and bytes. Every
 * example draws a priority from its place in the windows, and those with the lowest are kept
 * (bottom-k sampling: Cohen and Kaplan, "Summarizing data using bottom-k sketches", PODC 2007). The
 * same distribution as Vitter's algorithm R, but it stays uniform when bytes are what bounds it or
 * when examples are taken back.
 */
final class Reservoirs {
  private final MixStore store;
  private final AvroSerde<TrainedExample> bytes =
      AvroSerde.of(TrainedExample.class, new SchemaStore.Cache());
  private final SortedMap<String, TreeMap<String, Integer>> sizes = new TreeMap<>();
  private final SortedMap<String, Long> total = new TreeMap<>();
  private ReplayRules rules = new ReplayRules(0, new TreeMap<>(), 0, 0L, 1);

  /** The reservoirs of a store. */
  Reservoirs(MixStore store) {
    this.store = store;
    store.reservoirs().visit((key, example) -> index(key, bytes.toBytes(example).length));
  }

  /** Applies bounds, to what is kept already too. */
  void enforce(ReplayRules next) {
    rules = next;
    List.copyOf(sizes.keySet()).forEach(this::shrink);
  }

  /**
   * Keeps a trained example, if its priority is low enough.
   *
   * @param candidate reads it: most are not kept once there are enough
   */
  void offer(long windowId, int index, String skill, Supplier<Candidate> candidate) {
    String key = key(skill, windowId, index);
    if (isTooHigh(key, sizes.getOrDefault(skill, new TreeMap<>()))) {
      return;
    }
    TrainedExample example = new TrainedExample(candidate.get(), windowId);
    int size = bytes.toBytes(example).length;
    if (size > rules.getReservoirBytes()) {
      return;
    }
    store.reservoirs().add(key, example);
    index(key, size);
    shrink(skill);
  }

  private boolean isTooHigh(String key, TreeMap<String, Integer> kept) {
    int most = rules.getReservoirExamples();
    return most == 0 || (kept.size() >= most && key.compareTo(kept.lastKey()) > 0);
  }

  /** Takes an example back; nothing happens when it is not kept any more. */
  void remove(String key) {
    String skill = skill(key);
    TreeMap<String, Integer> kept = sizes.get(skill);
    Integer size = kept == null ? null : kept.remove(key);
    if (kept == null || size == null) {
      return;
    }
    store.reservoirs().delete(key);
    total.merge(skill, (long) -size, Long::sum);
    if (kept.isEmpty()) {
      sizes.remove(skill);
      total.remove(skill);
    }
  }

  /** Takes back all examples of a window. */
  void purge(long windowId) {
    sizes.values().stream()
        .flatMap(kept -> kept.keySet().stream())
        .filter(key -> windowId(key) == windowId)
        .toList()
        .forEach(this::remove);
  }

  /** Takes back all examples of a pair; reads every example. Tells how many there were. */
  int erase(String pairId) {
    List<String> keys = new ArrayList<>();
    store
        .reservoirs()
        .visit(
            (key, example) -> {
              if (example.getCandidate().getPairId().equals(pairId)) {
                keys.add(key);
              }
            });
    keys.forEach(this::remove);
    return keys.size();
  }

  /** Examples kept, by skill. */
  SortedMap<String, Integer> kept() {
    SortedMap<String, Integer> kept = new TreeMap<>();
    sizes.forEach((skill, examples) -> kept.put(skill, examples.size()));
    return kept;
  }

  /**
   * Draws without replacement. What a seed draws is one order of all examples, in which those that
   * leave the reservoir meanwhile move no other.
   *
   * @param seed what the draw depends on besides what is kept
   * @param skip how many of this seed's order have been drawn already
   */
  List<Content> draw(String skill, String seed, int skip, int count) {
    Hasher64 hasher = Hashing.komihash5_0(Hashing.komihash5_0().hashCharsToLong(seed));
    PriorityQueue<Lot> first = new PriorityQueue<>(Comparator.reverseOrder());
    for (String key : sizes.getOrDefault(skill, new TreeMap<>()).keySet()) {
      first.add(new Lot(hasher.hashCharsToLong(key), key));
      if (first.size() > skip + count) {
        first.remove();
      }
    }
    return first.stream().sorted().skip(skip).map(lot -> read(lot.key())).toList();
  }

  /** An example's place in the order that a seed draws. */
  private record Lot(long hash, String key) implements Comparable<Lot> {
    @Override
    public int compareTo(Lot other) {
      int order = Long.compare(hash, other.hash);
      return order == 0 ? key.compareTo(other.key) : order;
    }
  }

  private Content read(String key) {
    TrainedExample example =
        requireNonNull(store.reservoirs().get(key), () -> "the reservoir lost " + key);
    return new Content(key, example.getCandidate(), example.getWindowId());
  }

  /** Lets the examples with the highest priorities go until both bounds hold. */
  private void shrink(String skill) {
    while (true) {
      TreeMap<String, Integer> kept = sizes.get(skill);
      if (kept == null
          || (kept.size() <= rules.getReservoirExamples()
              && requireNonNull(total.get(skill)) <= rules.getReservoirBytes())) {
        return;
      }
      remove(kept.lastKey());
    }
  }

  private void index(String key, int size) {
    String skill = skill(key);
    sizes.computeIfAbsent(skill, s -> new TreeMap<>()).put(key, size);
    total.merge(skill, (long) size, Long::sum);
  }

  /** Keys sort by skill, then by priority. */
  private static String key(String skill, long windowId, int index) {
    String priority =
        Digests.sha256("reservoir-1", skill, Long.toString(windowId), Integer.toString(index));
    return String.join(
        "|",
        skill,
        priority.substring(0, 16),
        Long.toHexString(windowId),
        Integer.toHexString(index));
  }

  private static String skill(String key) {
    return key.substring(0, key.indexOf('|'));
  }

  private static long windowId(String key) {
    return Long.parseLong(key.split("\\|", -1)[2], 16);
  }
}
