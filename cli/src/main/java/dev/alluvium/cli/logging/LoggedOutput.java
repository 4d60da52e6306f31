package dev.alluvium.cli.logging;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import org.slf4j.Logger;

/** What is written here up to a flush is logged as one event. */
final class LoggedOutput extends OutputStream {
  private final Logger log;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  LoggedOutput(Logger log) {
    this.log = log;
  }

  @Override
  public synchronized void write(int b) {
    written.write(b);
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int length) {
    written.write(bytes, from, length);
  }

  @Override
  public synchronized void flush() {
    String text = written.toString(UTF_8).strip();
    written.reset();
    if (!text.isEmpty()) {
      log.info(text);
    }
  }
}
