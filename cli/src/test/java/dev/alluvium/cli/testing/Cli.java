package dev.alluvium.cli.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.alluvium.cli.Alluvium;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Runs a command in this JVM and catches what it writes. */
public final class Cli {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Cli() {}

  /**
   * What a command did.
   *
   * @param exitCode its exit code
   * @param out what it wrote for programs
   * @param err what it wrote for people
   */
  public record Result(int exitCode, String out, String err) {
    /** Stdout as the one JSON object it must be. */
    public JsonNode json() {
      try {
        return JSON.readTree(out);
      } catch (IOException e) {
        throw new UncheckedIOException("not one JSON value: " + out, e);
      }
    }
  }

  /** Runs {@code alluvium ARGS}. */
  public static Result run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Alluvium.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(args);
    return new Result(exitCode, out.toString(), err.toString());
  }

  /** UTF-8 bytes of a text. */
  public static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
