package dev.alluvium.cli.bench.streams;

import dev.alluvium.schemas.avro.Pair;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbered pairs of a given size, no two alike, whose right answer a responder finds in the
 * instruction. Belongs to one thread.
 */
final class Questions {
  private static final Pattern SUM = Pattern.compile("What is (\\d+) plus (\\d+)\\?");

  /** About what a pair takes beside its two texts. */
  private static final int OVERHEAD = 90;

  private static final int LEAST_CHARS = 8;
  private static final int ADDEND = 7;

  private final Texts texts;
  private final int instructionChars;
  private final int responseChars;

  /**
   * Pairs of about a size.
   *
   * @param bytes of the encoded pair; what a pair needs at least is not undercut
   */
  Questions(long seed, int bytes) {
    texts = new Texts(seed);
    int chars = Math.max(0, bytes - OVERHEAD);
    instructionChars = Math.max(LEAST_CHARS, chars / 3);
    responseChars = Math.max(LEAST_CHARS, chars - chars / 3);
  }

  /** The pair of a number, without id or skill: curate finds both. */
  Pair pair(long number) {
    long answer = number + ADDEND;
    return Pair.newBuilder()
        .setInstruction(
            "%s What is %d plus %d?".formatted(texts.text(instructionChars), number, ADDEND))
        .setResponse("%s %s".formatted(texts.text(responseChars), says(answer)))
        .setAnswer(Long.toString(answer))
        .build();
  }

  /** The answer an instruction asks for. */
  static long answer(String instruction) {
    Matcher sum = SUM.matcher(instruction);
    if (!sum.find()) {
      throw new IllegalArgumentException("no sum is asked for in: " + instruction);
    }
    return Long.parseLong(sum.group(1)) + Long.parseLong(sum.group(2));
  }

  /** How a response gives its answer. */
  static String says(long answer) {
    return "The answer is " + answer + ".";
  }
}
