package dev.alluvium.trainer.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes one safetensors file: the same tensors give the same bytes, whatever their order of
 * arrival, and they are the bytes that the format's own library would write.
 *
 * <p>Wide element types come first (so that every tensor is aligned), then names in order.
 */
public final class SafetensorsWriter {
  /** Values asked for at a time, where a row is not longer. */
  private static final int BLOCK = 1 << 20;

  /** Values converted at a time: the buffer stays in the processor's cache. */
  private static final int CHUNK = 1 << 16;

  /** Gives rows {@code from} to {@code to} of a tensor, row after row. */
  @FunctionalInterface
  public interface RowSource {
    float[] rows(long from, long to);
  }

  private record Entry(TensorInfo tensor, RowSource source) {}

  private final TreeMap<String, Entry> entries = new TreeMap<>();
  private final TreeMap<String, String> metadata = new TreeMap<>(Map.of("format", "pt"));

  /** Adds a metadata entry beside {@code format=pt}. */
  public SafetensorsWriter metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /** Adds a tensor whose values are at hand. */
  public SafetensorsWriter add(String name, TensorType type, List<Long> shape, float[] values) {
    TensorInfo tensor = described(name, type, shape);
    if (tensor.size() != values.length) {
      throw new IllegalArgumentException(
          name + " is " + shape + ", which is " + tensor.size() + " values; got " + values.length);
    }
    long rowSize = tensor.rowSize();
    return add(
        name,
        type,
        shape,
        (from, to) ->
            Arrays.copyOfRange(
                values, Math.toIntExact(from * rowSize), Math.toIntExact(to * rowSize)));
  }

  /** Adds a tensor that is asked for block by block while the file is written. */
  public SafetensorsWriter add(String name, TensorType type, List<Long> shape, RowSource source) {
    if (!type.readableAsFloat()) {
      throw new IllegalArgumentException(
          name + " as " + type + ": only F32, F16 and BF16 are written");
    }
    if (name.equals("__metadata__")
        || entries.putIfAbsent(name, new Entry(described(name, type, shape), source)) != null) {
      throw new IllegalArgumentException("tensor name " + name + " is taken");
    }
    return this;
  }

  private static TensorInfo described(String name, TensorType type, List<Long> shape) {
    long bytes = type.bytes();
    for (long size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException(name + " has the impossible shape " + shape);
      }
      bytes = Math.multiplyExact(bytes, size);
    }
    return new TensorInfo(name, type, shape, 0, bytes);
  }

  /**
   * Writes the file: under a temporary name beside it, forced to disk, then moved into place, so
   * that a crash leaves either the old file or the new one.
   */
  public void write(Path file) {
    Path whole = file.toAbsolutePath();
    Path temporary = whole.resolveSibling(whole.getFileName() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        writeTo(channel);
        channel.force(true);
      }
      Files.move(temporary, whole, StandardCopyOption.ATOMIC_MOVE);
      forceDirectory(whole);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }

  private static void forceDirectory(Path file) throws IOException {
    Path directory = file.getParent();
    if (directory != null) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private void writeTo(FileChannel channel) throws IOException {
    List<Entry> inOrder = new ArrayList<>(entries.values());
    inOrder.sort((a, b) -> b.tensor().type().bytes() - a.tensor().type().bytes()); // stable
    writeFully(channel, header(inOrder));
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (Entry entry : inOrder) {
      writeTensor(channel, entry, buffer);
    }
  }

  private ByteBuffer header(List<Entry> inOrder) throws JsonProcessingException {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("__metadata__", metadata);
    long begin = 0;
    for (Entry entry : inOrder) {
      TensorInfo tensor = entry.tensor();
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("dtype", tensor.type().name());
      fields.put("shape", tensor.shape());
      fields.put("data_offsets", List.of(begin, begin + tensor.end()));
      root.put(tensor.name(), fields);
      begin += tensor.end();
    }
    byte[] json = new ObjectMapper().writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + 7) / 8 * 8; // the data starts aligned
    ByteBuffer bytes =
        ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(padded).put(json);
    while (bytes.hasRemaining()) {
      bytes.put((byte) ' ');
    }
    return bytes.flip();
  }

  private static void writeTensor(FileChannel channel, Entry entry, ByteBuffer buffer)
      throws IOException {
    TensorInfo tensor = entry.tensor();
    if (tensor.size() == 0) {
      return;
    }
    long rowSize = tensor.rowSize();
    long blockRows = Math.max(1, BLOCK / rowSize);
    for (long from = 0; from < tensor.rows(); from += blockRows) {
      long to = Math.min(tensor.rows(), from + blockRows);
      float[] values = entry.source().rows(from, to);
      if (values.length != (to - from) * rowSize) {
        throw new IllegalStateException(
            tensor.name()
                + ": rows "
                + from
                + " to "
                + to
                + " came as "
                + values.length
                + " values");
      }
      for (int done = 0; done < values.length; done += CHUNK) {
        int count = Math.min(CHUNK, values.length - done);
        FloatCodec.encode(values, done, count, tensor.type(), buffer.clear());
        writeFully(channel, buffer.flip());
      }
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
