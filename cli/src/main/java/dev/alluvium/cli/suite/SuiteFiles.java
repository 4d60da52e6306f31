package dev.alluvium.cli.suite;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.alluvium.cli.suite.skill.Skill;
import dev.alluvium.cli.suite.skill.Skills;
import dev.alluvium.cli.suite.skill.Split;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * The files of the suite in a directory. The same seed and sizes give the same bytes.
 *
 * @param base examples for the base model
 * @param stream pairs of each new skill and of the general one
 * @param heldOut problems per skill, for validation and as probes
 */
record SuiteFiles(Path directory, long seed, int base, int stream, int heldOut) {
  SuiteFiles {
    requirePositive("--base", base);
    requirePositive("--stream", stream);
    requirePositive("--held-out", heldOut);
  }

  private static void requirePositive(String option, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(option + " is " + value + ": expected 1 or more");
    }
  }

  /**
   * Writes all files.
   *
   * @return lines by file name
   */
  Map<String, Long> write() {
    Parts parts = new Parts(seed);
    Map<String, Long> lines = new LinkedHashMap<>();
    try {
      Files.createDirectories(directory);
      write(lines, "base.jsonl.gz", parts.base().limit(base));
      for (Skill skill : Skills.NEW) {
        write(lines, "stream-" + skill.name() + ".jsonl", parts.stream(skill, stream).stream());
      }
      write(lines, "general.jsonl", parts.stream(Skills.GENERAL, stream).stream());
      for (Split split : new Split[] {Split.VALIDATION, Split.PROBE}) {
        String name = split.name().toLowerCase(Locale.ROOT);
        write(lines, name + ".jsonl", parts.heldOut(split, heldOut).stream());
        write(lines, name + "-rewrite.jsonl", parts.rewriting(split, heldOut).stream());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the suite cannot be written to " + directory, e);
    }
    return lines;
  }

  private void write(Map<String, Long> lines, String name, Stream<Entry> entries)
      throws IOException {
    String part = name.substring(0, name.indexOf('.'));
    Path file = directory.resolve(name);
    long count = 0;
    try (BufferedWriter out = open(file)) {
      for (Entry entry : (Iterable<Entry>) entries::iterator) {
        out.write(EntryJson.write("%s-%d-%06d".formatted(part, seed, count), entry));
        out.newLine();
        count++;
      }
    }
    lines.put(name, count);
  }

  private static BufferedWriter open(Path file) throws IOException {
    return file.toString().endsWith(".gz")
        ? new BufferedWriter(
            new OutputStreamWriter(new GZIPOutputStream(Files.newOutputStream(file)), UTF_8))
        : Files.newBufferedWriter(file, UTF_8);
  }
}
