package dev.alluvium.judges.code;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the code in a text. What stands between {@code [[BEGIN]]} and {@code [[DONE]]}, as MBPP is
 * asked for, is the code; else the fenced blocks, the last first; else the whole text.
 */
final class CodeText {
  private static final String BEGIN = "[[BEGIN]]";
  private static final String SHORT_BEGIN = "[BEGIN]";
  private static final List<String> ENDS = List.of("[[DONE]]", "[DONE]");
  private static final String FENCE = "```";
  private static final int MAX_BLOCKS = 6;

  private CodeText() {}

  /** Ways to read the text as code, the most likely first; empty for a text without any. */
  static List<String> readings(String text) {
    String tagged = tagged(text);
    if (tagged != null) {
      return unlessBlank(List.of(unfenced(tagged)));
    }
    List<String> blocks = fenced(text);
    if (blocks.isEmpty()) {
      return unlessBlank(List.of(text));
    }
    Set<String> readings = new LinkedHashSet<>();
    int last = blocks.size() - 1;
    for (int i = last; i >= Math.max(0, last - MAX_BLOCKS); i--) {
      readings.add(blocks.get(i));
    }
    readings.add(String.join("\n", blocks));
    return unlessBlank(List.copyOf(readings));
  }

  private static List<String> unlessBlank(List<String> readings) {
    return readings.stream().filter(reading -> !reading.isBlank()).toList();
  }

  private static @Nullable String tagged(String text) {
    int begin = text.lastIndexOf(BEGIN);
    int from = begin + BEGIN.length();
    if (begin < 0) {
      begin = text.lastIndexOf(SHORT_BEGIN);
      from = begin + SHORT_BEGIN.length();
    }
    if (begin < 0) {
      return null;
    }
    String rest = text.substring(from);
    int end = rest.length();
    for (String mark : ENDS) {
      int at = rest.indexOf(mark);
      end = at < 0 ? end : Math.min(end, at);
    }
    return rest.substring(0, end);
  }

  private static String unfenced(String code) {
    List<String> blocks = fenced(code);
    return blocks.isEmpty() ? code : String.join("\n", blocks);
  }

  /** Contents of the fenced blocks; one that is never closed reaches to the end. */
  private static List<String> fenced(String text) {
    List<String> blocks = new ArrayList<>();
    StringBuilder block = null;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      boolean fence = line.stripLeading().startsWith(FENCE);
      if (fence && block != null) {
        blocks.add(block.toString());
        block = null;
      } else if (fence) {
        block = new StringBuilder();
      } else if (block != null) {
        block.append(line).append('\n');
      }
    }
    if (block != null && !block.isEmpty()) {
      blocks.add(block.toString());
    }
    return blocks;
  }
}
