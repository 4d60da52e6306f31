package dev.alluvium.streams.text;

import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.Turn;
import dev.alluvium.schemas.pair.Reason;
import dev.alluvium.schemas.pair.RejectedException;
import dev.alluvium.streams.policy.PolicyRules;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says whether a decoded pair can be used, and if not, why. */
public final class PairValidator {
  /** Longest id, in UTF-16 units. */
  public static final int MAX_ID_CHARS = 200;

  private static final Set<String> ROLES = Set.of("user", "assistant", "system");

  private final int maxTextChars;

  /**
   * A validator.
   *
   * @param maxTextChars longest single text, in UTF-16 units
   */
  public PairValidator(int maxTextChars) {
    this.maxTextChars = maxTextChars;
  }

  /**
   * Checks a pair.
   *
   * @throws RejectedException with the first fault found
   */
  public void check(Pair pair) throws RejectedException {
    checkId(pair.getId());
    checkSkill(pair.getSkill());
    present(Reason.NO_INSTRUCTION, "instruction", pair.getInstruction());
    present(Reason.NO_RESPONSE, "response", pair.getResponse());
    checkText("instruction", pair.getInstruction());
    checkText("response", pair.getResponse());
    checkText("context", pair.getContext());
    checkText("source", pair.getSource());
    checkText("answer", pair.getAnswer());
    for (String test : pair.getTests()) {
      checkText("tests", test);
    }
    for (Turn turn : pair.getHistory()) {
      checkTurn(turn);
    }
  }

  private static void checkId(@Nullable String id) throws RejectedException {
    if (id == null) {
      return;
    }
    if (id.isBlank()) {
      throw new RejectedException(Reason.BAD_ID, "id is blank: expected a text, or no id at all");
    }
    if (id.length() > MAX_ID_CHARS) {
      throw new RejectedException(
          Reason.BAD_ID,
          "id has %d characters: expected at most %d".formatted(id.length(), MAX_ID_CHARS));
    }
    int bad = badCharacter(id);
    if (bad >= 0) {
      throw new RejectedException(
          Reason.BAD_ID,
          "id holds U+%04X: expected no control characters".formatted((int) id.charAt(bad)));
    }
  }

  private static void checkSkill(@Nullable String skill) throws RejectedException {
    if (skill != null && !PolicyRules.SKILL.matcher(skill).matches()) {
      throw new RejectedException(
          Reason.BAD_SKILL, "skill is '%s': expected %s".formatted(cut(skill), PolicyRules.SKILL));
    }
  }

  private void checkTurn(Turn turn) throws RejectedException {
    if (!ROLES.contains(turn.getRole())) {
      throw new RejectedException(
          Reason.BAD_HISTORY,
          "history has the role '%s': expected user, assistant or system"
              .formatted(cut(turn.getRole())));
    }
    present(Reason.BAD_HISTORY, "a turn of history", turn.getText());
    checkText("history", turn.getText());
  }

  private static void present(Reason reason, String name, String text) throws RejectedException {
    if (text.isBlank()) {
      throw new RejectedException(reason, name + " is missing or blank");
    }
  }

  private void checkText(String name, @Nullable String text) throws RejectedException {
    if (text == null) {
      return;
    }
    if (text.length() > maxTextChars) {
      throw new RejectedException(
          Reason.TOO_LONG,
          "%s has %d characters: expected at most %d (curate.maxTextChars)"
              .formatted(name, text.length(), maxTextChars));
    }
    int bad = badCharacter(text);
    if (bad >= 0) {
      throw new RejectedException(
          Reason.BAD_CHARACTER,
          "%s holds U+%04X at %d: expected no control characters but tab and line breaks, and no half characters"
              .formatted(name, (int) text.charAt(bad), bad));
    }
  }

  /** Index of the first control character or unpaired surrogate; -1 when there is none. */
  private static int badCharacter(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r') {
        return i;
      }
      if (Character.isSurrogate(c)) {
        boolean paired =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!paired) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }

  private static String cut(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }
}
