package dev.alluvium.trainer.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * One open safetensors file, read at byte positions.
 *
 * <p>Positional reads rather than a memory map: Java 17 can neither unmap on close (a deleted
 * checkpoint would keep its disk space until the next garbage collection) nor map more than 2 GiB
 * at once, and a file that shrinks under a map kills the process. The page cache serves both alike.
 */
final class SafetensorsFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path path, FileChannel channel, SafetensorsHeader header) {
    this.path = path;
    this.channel = channel;
    this.header = header;
  }

  static SafetensorsFile open(Path path) {
    FileChannel channel = channelOf(path);
    try {
      return new SafetensorsFile(path, channel, readHeader(path, channel));
    } catch (IOException | RuntimeException e) {
      closeQuietly(channel, e);
      throw e instanceof IOException io
          ? new UncheckedIOException(path + " cannot be read", io)
          : (RuntimeException) e;
    }
  }

  private static FileChannel channelOf(Path path) {
    try {
      return FileChannel.open(path, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw new WeightsException(path + " does not exist", e);
    } catch (IOException e) {
      throw new UncheckedIOException(path + " cannot be opened", e);
    }
  }

  private static SafetensorsHeader readHeader(Path path, FileChannel channel) throws IOException {
    long fileBytes = channel.size();
    if (fileBytes < SafetensorsHeader.LENGTH_BYTES) {
      throw new WeightsException(
          path + " has " + fileBytes + " bytes: a safetensors file has at least 8");
    }
    ByteBuffer length = ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES);
    readFully(path, channel, 0, length);
    long headerBytes = length.order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    long limit = Math.min(SafetensorsHeader.MAX_BYTES, fileBytes - length.capacity());
    if (headerBytes < 0 || headerBytes > limit) {
      throw new WeightsException(
          String.format(
              Locale.ROOT,
              "%s announces a header of %s bytes, at most %d are possible: not a safetensors file,"
                  + " or truncated",
              path,
              Long.toUnsignedString(headerBytes),
              limit));
    }
    ByteBuffer json = ByteBuffer.allocate((int) headerBytes);
    readFully(path, channel, length.capacity(), json);
    return SafetensorsHeader.parse(json.array(), fileBytes, path);
  }

  SafetensorsHeader header() {
    return header;
  }

  /** Fills {@code target} with the bytes from {@code position} on. */
  void read(long position, ByteBuffer target) {
    try {
      readFully(path, channel, position, target);
    } catch (IOException e) {
      throw new UncheckedIOException(path + " cannot be read at byte " + position, e);
    }
  }

  private static void readFully(Path path, FileChannel channel, long position, ByteBuffer target)
      throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int count = channel.read(target, at);
      if (count < 0) {
        throw new EOFException(path + " ended at byte " + at + " while being read");
      }
      at += count;
    }
    target.flip();
  }

  private static void closeQuietly(FileChannel channel, Exception reason) {
    try {
      channel.close();
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(path + " cannot be closed", e);
    }
  }
}
