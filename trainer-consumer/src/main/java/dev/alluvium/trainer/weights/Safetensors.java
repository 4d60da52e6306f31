package dev.alluvium.trainer.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads the tensors of a model: one safetensors file, or the shards that an index file names.
 *
 * <p>A tensor is a matrix here: its outermost size counts the rows, the other sizes make up a row
 * (see {@link TensorInfo}). Rows are read by block, so a tensor may be larger than any Java array.
 * Safe for several threads; closing ends all reading.
 */
public final class Safetensors implements AutoCloseable {
  /** Elements converted at a time: the buffer stays in the processor's cache. */
  private static final int CHUNK = 1 << 16;

  private final Path path;
  private final List<SafetensorsFile> files;
  private final Map<String, SafetensorsFile> fileOf = new TreeMap<>();
  private final TreeMap<String, TensorInfo> tensors = new TreeMap<>();
  private final Map<String, String> metadata = new TreeMap<>();

  private Safetensors(Path path, List<SafetensorsFile> files) {
    this.path = path;
    this.files = List.copyOf(files);
    for (SafetensorsFile file : files) {
      metadata.putAll(file.header().metadata());
      for (TensorInfo tensor : file.header().tensors().values()) {
        if (tensors.putIfAbsent(tensor.name(), tensor) != null) {
          throw new WeightsException(path + ": tensor " + tensor.name() + " is in two shards");
        }
        fileOf.put(tensor.name(), file);
      }
    }
  }

  /**
   * Opens weights and checks all headers.
   *
   * @param path a {@code .safetensors} file, an index file ({@code *.safetensors.index.json}), or a
   *     model directory that holds {@code model.safetensors} or {@code
   *     model.safetensors.index.json}
   * @throws WeightsException when there are none, when they contradict themselves, or when the file
   *     is a pickle (reading a pickle runs the code in it)
   */
  public static Safetensors open(Path path) {
    ShardIndex index = ShardIndex.find(path);
    List<SafetensorsFile> files = new ArrayList<>();
    try {
      for (Path file : index.files()) {
        files.add(SafetensorsFile.open(file));
      }
      Safetensors opened = new Safetensors(path, files);
      index.check(opened.tensors.keySet());
      return opened;
    } catch (RuntimeException e) {
      files.forEach(SafetensorsFile::close);
      throw e;
    }
  }

  /** All tensors by name, sorted. */
  public Map<String, TensorInfo> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /** The {@code __metadata__} entries of all files. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  /**
   * The tensor of that name; a {@link WeightsException} lists the nearest names if there is none.
   */
  public TensorInfo info(String name) {
    TensorInfo tensor = tensors.get(name);
    if (tensor == null) {
      throw new WeightsException(
          String.format(
              Locale.ROOT,
              "%s has no tensor %s (%d tensors; the neighbours by name are %s and %s)",
              path,
              name,
              tensors.size(),
              tensors.lowerKey(name),
              tensors.higherKey(name)));
    }
    return tensor;
  }

  /** The whole tensor, row after row. */
  public float[] all(String name) {
    return rows(name, 0, info(name).rows());
  }

  /**
   * Rows {@code from} (inclusive) to {@code to} (exclusive) as floats, row after row.
   *
   * @throws WeightsException when the element type has no exact float form
   */
  public float[] rows(String name, long from, long to) {
    TensorInfo tensor = info(name);
    float[] values = new float[blockSize(tensor, from, to)];
    rows(name, from, to, values);
    return values;
  }

  /** As {@link #rows(String, long, long)}, into the start of an array that can be used again. */
  public void rows(String name, long from, long to, float[] target) {
    TensorInfo tensor = info(name);
    int size = blockSize(tensor, from, to);
    if (size > target.length) {
      throw new IllegalArgumentException(
          name + " rows " + from + " to " + to + " need " + size + " floats, got " + target.length);
    }
    if (!tensor.type().readableAsFloat()) {
      throw new WeightsException(
          path + ": tensor " + name + " is " + tensor.type() + ": expected F32, F16 or BF16");
    }
    int width = tensor.type().bytes();
    long position = tensor.begin() + from * tensor.rowSize() * width;
    ByteBuffer buffer = littleEndian(Math.min(size, CHUNK) * width);
    for (int done = 0; done < size; done += CHUNK) {
      int count = Math.min(CHUNK, size - done);
      fileOf(name).read(position + (long) done * width, buffer.clear().limit(count * width));
      FloatCodec.decode(buffer, tensor.type(), target, done, count);
    }
  }

  /** Rows {@code from} to {@code to} as they are on disk, little-endian, of any element type. */
  public ByteBuffer raw(String name, long from, long to) {
    TensorInfo tensor = info(name);
    int width = tensor.type().bytes();
    int bytes = arraySize(tensor, (long) blockSize(tensor, from, to) * width);
    ByteBuffer buffer = littleEndian(bytes);
    fileOf(name).read(tensor.begin() + from * tensor.rowSize() * width, buffer);
    return buffer;
  }

  /** Compares names and shapes with those that the caller wants. */
  public TensorDifferences differences(Map<String, List<Long>> wanted) {
    List<String> missing = new ArrayList<>();
    List<String> extra = new ArrayList<>();
    List<String> reshaped = new ArrayList<>();
    for (String name : new TreeSet<>(wanted.keySet())) {
      List<Long> want = wanted.get(name);
      TensorInfo found = tensors.get(name);
      if (found == null) {
        missing.add(name + " " + want);
      } else if (!found.shape().equals(want)) {
        reshaped.add(name + " is " + found.shape() + ", wanted " + want);
      }
    }
    for (TensorInfo tensor : tensors.values()) {
      if (!wanted.containsKey(tensor.name())) {
        extra.add(tensor.name() + " " + tensor.shape());
      }
    }
    return new TensorDifferences(missing, extra, reshaped);
  }

  private SafetensorsFile fileOf(String name) {
    return Objects.requireNonNull(fileOf.get(name));
  }

  private int blockSize(TensorInfo tensor, long from, long to) {
    if (from < 0 || to < from || to > tensor.rows()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has rows 0 to %d, asked for %d to %d",
              tensor.name(),
              tensor.rows(),
              from,
              to));
    }
    return arraySize(tensor, Math.multiplyExact(to - from, tensor.rowSize()));
  }

  private int arraySize(TensorInfo tensor, long size) {
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          path
              + ": "
              + size
              + " values of "
              + tensor.name()
              + " do not fit one array: read fewer rows");
    }
    return (int) size;
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() {
    files.forEach(SafetensorsFile::close);
  }
}
