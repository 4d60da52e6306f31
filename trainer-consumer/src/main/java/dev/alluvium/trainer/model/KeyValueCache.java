package dev.alluvium.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.model.torch.ArrayLists;
import dev.alluvium.trainer.model.torch.GenerationKernels.Caches;
import dev.alluvium.trainer.model.torch.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Keys and values of the positions of several sequences so far, layer by layer: (B, K, room, D)
 * each.
 *
 * <p>All sequences end at the same index, so that a new position of each is one column: shorter
 * prompts begin later. Grows by half when it is full.
 */
public final class KeyValueCache implements AutoCloseable {
  /** Most positions for which there is room at first, beyond the prompts. */
  private static final int MOST_ROOM = 128;

  private final Kernels kernels;
  private final DecoderSpec spec;
  private final List<NDList> layers = new ArrayList<>();
  private NDManager owner;
  private Caches handed;
  private int[] starts;
  private int end;
  private int room;

  /**
   * Room for these prompts and what will be written after them.
   *
   * @param lengths tokens of each prompt
   * @param expected most tokens that will be written after one of them
   */
  KeyValueCache(Decoder decoder, int[] lengths, int expected) {
    this.kernels = decoder.kernels();
    this.spec = decoder.spec();
    this.owner = kernels.runtime().newScope();
    this.end = Arrays.stream(lengths).max().orElseThrow();
    this.starts = Arrays.stream(lengths).map(length -> end - length).toArray();
    this.room = end + Math.min(expected, MOST_ROOM);
    try {
      for (int layer = 0; layer < spec.layers(); layer++) {
        layers.add(allocated());
      }
      this.handed = handOver();
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  /** Tokens of each sequence so far. */
  long[] lengths() {
    return Arrays.stream(starts).mapToLong(start -> end - start).toArray();
  }

  /**
   * Prompts come padded on the right and stand here so that all end together: which of their
   * positions, row after row, stands at each of those here. Before a prompt's start it is its
   * first, which nothing sees.
   */
  long[] order() {
    return IntStream.range(0, starts.length * end)
        .mapToLong(i -> (long) i / end * end + Math.max(0, i % end - starts[i / end]))
        .toArray();
  }

  /** Tokens of the longest sequence so far. */
  public int longest() {
    return end - Arrays.stream(starts).min().orElse(end);
  }

  /** The index that the next position of every sequence will have. */
  int end() {
    return end;
  }

  /** All layers, and what of them each sequence sees. */
  Caches handedOver() {
    return handed;
  }

  /** Makes room for one more position. */
  void reserve() {
    if (end < room) {
      return;
    }
    int more = (room + 1) / 2;
    room += more;
    replaceEach(array -> kernels.generation().extend(owner, array, more));
  }

  /** Counts the position that all layers now hold. */
  void advance() {
    end++;
  }

  /** Keeps some of the sequences, in this order. */
  public void keep(int[] sequences) {
    starts = Arrays.stream(sequences).map(sequence -> starts[sequence]).toArray();
    long[] kept = Arrays.stream(sequences).asLongStream().toArray();
    NDArray index = kernels.upload(owner, kept, new Shape(kept.length));
    replaceEach(array -> kernels.take(owner, array, index));
  }

  /**
   * Goes on with some of the sequences, in this order, and after them with those of another cache.
   * Positions that none of them sees any more are left out.
   *
   * @param expected most tokens that will be written after one of them
   */
  public void exchange(int[] kept, KeyValueCache others, int expected) {
    int[] theirs = IntStream.range(0, others.starts.length).toArray();
    int[] lengths =
        IntStream.concat(
                Arrays.stream(kept).map(sequence -> end - starts[sequence]),
                Arrays.stream(theirs).map(sequence -> others.end - others.starts[sequence]))
            .toArray();
    int longest = Arrays.stream(lengths).limit(kept.length).max().orElse(0);
    int from = end - longest;
    int to = end;
    end = Math.max(longest, others.end);
    room = end + Math.min(expected, MOST_ROOM);
    starts = Arrays.stream(lengths).map(length -> end - length).toArray();
    replace(
        layer -> {
          NDList before = layers.get(layer);
          NDList now = allocated();
          for (int i = 0; i < now.size(); i++) {
            kernels.generation().lay(now.get(i), 0, end, before.get(i), kept, from, to);
            kernels
                .generation()
                .lay(
                    now.get(i),
                    kept.length,
                    end,
                    others.layers.get(layer).get(i),
                    theirs,
                    0,
                    others.end);
          }
          return now;
        });
  }

  /** Keys and values of a layer, which hold anything until they are written. */
  private NDList allocated() {
    Shape shape = new Shape(starts.length, spec.kvHeads(), room, spec.headSize());
    return new NDList(kernels.room(owner, shape), kernels.room(owner, shape));
  }

  private void replaceEach(UnaryOperator<NDArray> change) {
    replace(
        layer -> {
          NDList before = layers.get(layer);
          return new NDList(change.apply(before.get(0)), change.apply(before.get(1)));
        });
  }

  /**
   * Replaces one layer after the other, so that no more than one is in memory twice.
   *
   * @param change makes the keys and values of a layer, of the new owner, from those before
   */
  private void replace(IntFunction<NDList> change) {
    handed.layers().close();
    NDManager old = owner;
    try {
      owner = kernels.runtime().newScope();
      for (int layer = 0; layer < layers.size(); layer++) {
        NDList before = layers.get(layer);
        layers.set(layer, change.apply(layer));
        before.close();
      }
      handed = handOver();
    } finally {
      old.close();
    }
  }

  private Caches handOver() {
    return new Caches(new ArrayLists(owner, layers), visible());
  }

  /** (B, room), false before a sequence's start; of no elements if all start at 0. */
  private NDArray visible() {
    if (Arrays.stream(starts).allMatch(start -> start == 0)) {
      return owner.zeros(new Shape(0));
    }
    boolean[] visible = new boolean[starts.length * room];
    for (int sequence = 0; sequence < starts.length; sequence++) {
      Arrays.fill(visible, sequence * room + starts[sequence], (sequence + 1) * room, true);
    }
    return owner.create(visible, new Shape(starts.length, room));
  }

  @Override
  public void close() {
    owner.close();
  }
}
