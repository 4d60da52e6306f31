package dev.alluvium.cli.produce;

import dev.alluvium.cli.command.CommandFailure;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * One input: a file, a pipe or stdin, compressed by gzip or not.
 *
 * @param name for messages
 * @param path the file, or null for stdin
 * @param bytes size on disk; 0 for a pipe or stdin
 */
record InputFile(String name, @Nullable Path path, long bytes) {
  private static final int BUFFER = 1 << 16;
  private static final int GZIP_MAGIC_1 = 0x1F;
  private static final int GZIP_MAGIC_2 = 0x8B;

  /** The file of an argument; {@code -} is stdin. */
  static InputFile of(String argument) {
    if (argument.equals("-")) {
      return new InputFile("stdin", null, 0);
    }
    Path path = Path.of(argument);
    if (Files.isDirectory(path)) {
      throw new CommandFailure(argument + ": is a directory, expected a file");
    }
    if (!Files.isReadable(path)) {
      throw new CommandFailure(argument + ": no such file, or not readable");
    }
    try {
      return new InputFile(argument, path, Files.size(path));
    } catch (IOException e) {
      throw new CommandFailure(argument + ": cannot be read", e);
    }
  }

  /** Opens it, by a class that reads pipes too; bytes taken from disk are added to the counter. */
  InputStream open(AtomicLong consumed) throws IOException {
    InputStream raw = path == null ? System.in : new FileInputStream(path.toFile());
    BufferedInputStream plain = new BufferedInputStream(new Counting(raw, consumed), BUFFER);
    plain.mark(2);
    int first = plain.read();
    int second = plain.read();
    plain.reset();
    boolean gzip = first == GZIP_MAGIC_1 && second == GZIP_MAGIC_2;
    return gzip ? new GZIPInputStream(plain, BUFFER) : plain;
  }

  /** Adds what was read to a counter. */
  private static final class Counting extends FilterInputStream {
    private final AtomicLong count;

    Counting(InputStream in, AtomicLong count) {
      super(in);
      this.count = count;
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      if (b >= 0) {
        count.incrementAndGet();
      }
      return b;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
      int n = super.read(buffer, from, length);
      if (n > 0) {
        count.addAndGet(n);
      }
      return n;
    }
  }
}
