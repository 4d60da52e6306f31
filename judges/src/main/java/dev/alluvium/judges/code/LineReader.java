package dev.alluvium.judges.code;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Lines of a stream that nobody can make arbitrarily long, one by one or all together. */
final class LineReader {
  private final InputStream in;
  private long left;

  /** Reads at most so many bytes in all. */
  LineReader(InputStream in, long limit) {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.left = limit;
  }

  /** The next line with its end, or null at the end of the stream. */
  byte @Nullable [] next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (--left < 0) {
        throw new IOException("more was written than the limit allows");
      }
      line.write(b);
      if (b == '\n') {
        return line.toByteArray();
      }
    }
    return null;
  }
}
