package dev.alluvium.judges;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Unit tests of a code pair.
 *
 * @param sources test sources in the language of the code, in order
 * @param language {@code python}, {@code java}, or null to find out from the sources
 * @param entryPoint function that the tests call, where the record names it
 */
public record CodeTests(
    List<String> sources, @Nullable String language, @Nullable String entryPoint) {
  /** No tests: the pair is no code pair. */
  public static final CodeTests NONE = new CodeTests(List.of(), null, null);

  /** Keeps a copy of the list. */
  public CodeTests {
    sources = List.copyOf(sources);
  }

  /** Python tests. */
  public static CodeTests python(String... sources) {
    return new CodeTests(List.of(sources), "python", null);
  }

  /** Java tests: the source of a class {@code Main} whose main method throws on failure. */
  public static CodeTests java(String main) {
    return new CodeTests(List.of(main), "java", null);
  }
}
