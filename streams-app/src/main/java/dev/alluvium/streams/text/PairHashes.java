package dev.alluvium.streams.text;

import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.Turn;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What makes two pairs the same: hashes of prompt, content and group. */
public final class PairHashes {
  private static final Pattern LINE_BREAK = Pattern.compile("\\r\\n?");

  private static final char FIRST_COMBINING = 0x300;
  private static final char DELETE = 0x7F;

  private PairHashes() {}

  /**
   * Hash of everything a model is shown: instruction, context and history. Texts that differ only
   * in white space or in the composition of accents are the same.
   */
  public static String prompt(Pair pair) {
    return digest(List.of("prompt-1"), pair.getInstruction(), pair.getContext(), pair.getHistory());
  }

  /**
   * What makes two candidates editions of one pair: the same id and the same prompt. The id alone
   * does not, because data sets that know nothing of one another number their pairs 1, 2, 3.
   */
  public static String edition(String pairId, Prompt prompt) {
    return digest(
        List.of("edition-1", pairId),
        prompt.getInstruction(),
        prompt.getContext(),
        prompt.getHistory());
  }

  private static String digest(
      List<String> of, String instruction, @Nullable String context, List<Turn> history) {
    List<String> parts = new ArrayList<>(of);
    parts.add(plain(instruction));
    parts.add(plain(context));
    for (Turn turn : history) {
      parts.add(turn.getRole());
      parts.add(plain(turn.getText()));
    }
    return Digests.sha256(parts.toArray(String[]::new));
  }

  /**
   * Hash of a prompt and its gold response. White space inside a response counts, because it is
   * trained: a program with another indentation is another program.
   *
   * @param prompt hash of the prompt
   * @param response the gold response
   */
  public static String content(String prompt, String response) {
    String lines =
        (response.indexOf('\r') < 0 ? response : LINE_BREAK.matcher(response).replaceAll("\n"))
            .strip();
    return Digests.sha256("content-1", prompt, Normalizer.normalize(lines, Normalizer.Form.NFC));
  }

  /** The producer's id, or the content hash when there is none. */
  public static String id(Pair pair, String content) {
    return pair.getId() == null ? content : pair.getId();
  }

  /**
   * Hash of what must not be split between training and probes: the context when there is one; else
   * the instruction with numbers and capitalised words masked, so that variants of one word problem
   * fall together.
   */
  public static String group(Pair pair) {
    String context = plain(pair.getContext());
    if (!context.isEmpty()) {
      return Digests.sha256("group-context-1", context);
    }
    return Digests.sha256("group-instruction-1", MaskedText.of(plain(pair.getInstruction())));
  }

  /** NFC, every run of white space one blank, none at the ends. By hand: it runs on every text. */
  private static String plain(@Nullable String text) {
    if (text == null) {
      return "";
    }
    if (isPlain(text)) {
      return text;
    }
    String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
    StringBuilder plain = new StringBuilder(composed.length());
    boolean gap = false;
    for (int i = 0; i < composed.length(); i++) {
      char c = composed.charAt(i);
      if (isSpace(c)) {
        gap = true;
        continue;
      }
      if (gap && plain.length() > 0) {
        plain.append(' ');
      }
      gap = false;
      plain.append(c);
    }
    return plain.toString();
  }

  /** Whether a text surely is plain already; below U+0300 nothing composes. */
  private static boolean isPlain(String text) {
    boolean gap = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean blank = c == ' ';
      if ((blank && gap) || c >= FIRST_COMBINING || (!blank && isSpace(c))) {
        return false;
      }
      gap = blank;
    }
    return text.isEmpty() || !gap;
  }

  private static boolean isSpace(char c) {
    boolean printable = c > ' ' && c < DELETE; // most are
    return !printable && (Character.isWhitespace(c) || Character.isSpaceChar(c));
  }
}
