package dev.alluvium.cli.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Passes text on line by line, or as far as it is flushed, without the secrets in it. */
final class RedactedStream extends OutputStream {
  /** A line without end is passed on in such pieces. */
  private static final int LONGEST = 1 << 20;

  private final OutputStream target;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  RedactedStream(OutputStream target) {
    this.target = target;
  }

  @Override
  public synchronized void write(int b) throws IOException {
    line.write(b);
    if (b == '\n' || line.size() >= LONGEST) {
      pass();
    }
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int length) throws IOException {
    line.write(bytes, from, length);
    if (length > 0 && (bytes[from + length - 1] == '\n' || line.size() >= LONGEST)) {
      pass();
    }
  }

  @Override
  public synchronized void flush() throws IOException {
    pass();
    target.flush();
  }

  private void pass() throws IOException {
    if (line.size() > 0) {
      target.write(Redaction.of(line.toString(UTF_8)).getBytes(UTF_8));
      line.reset();
    }
  }
}
