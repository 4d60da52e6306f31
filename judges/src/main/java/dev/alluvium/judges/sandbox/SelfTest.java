package dev.alluvium.judges.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The program that tries to break out when the sandbox is opened. */
final class SelfTest {
  /** What it says when it could not. */
  static final String PASSED = "confined";

  private SelfTest() {}

  /** Its Python source; takes the number of processes allowed. */
  static String source() {
    try (InputStream in = SelfTest.class.getResourceAsStream("selftest.py")) {
      if (in == null) {
        throw new IllegalStateException("selftest.py is missing from the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
