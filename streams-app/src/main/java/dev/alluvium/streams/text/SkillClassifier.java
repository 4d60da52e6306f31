package dev.alluvium.streams.text;

import dev.alluvium.schemas.avro.Pair;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Gives a pair its skill: the producer's word, or else the first rule found in the instruction, or
 * else the default.
 */
public final class SkillClassifier {
  /** Rules look at the beginning only, which bounds what a careless expression can cost. */
  private static final int LOOK_AT = 4_000;

  /** Each word list stands behind its first letters, which rule out most places in a text. */
  private static final Map<String, String> BUILT_IN = new LinkedHashMap<>();

  static {
    BUILT_IN.put(
        "code",
        "(?i)```|(?=[bcfhjprs])\\b(python|java|javascript|sql|c\\+\\+|bash|html|regex|code|function|compile)\\b");
    BUILT_IN.put(
        "math",
        "(?i)(?=[acehps])\\b(how (many|much)|calculate|compute|sum of|percent(age)?|equation|solve|average)\\b"
            + "|\\p{Nd}\\s*[-+*/=×÷]\\s*\\p{Nd}");
    BUILT_IN.put(
        "reading",
        "(?i)(?=[aefgps])\\b(passage|paragraph|article|story|excerpt|(given|following) (text|context))\\b");
  }

  private final Map<String, Pattern> rules = new LinkedHashMap<>();
  private final String defaultSkill;

  /**
   * A classifier.
   *
   * @param rules skill to regular expression, in order of precedence; empty for the built-in ones
   * @param defaultSkill where no rule is found
   */
  public SkillClassifier(Map<String, String> rules, String defaultSkill) {
    (rules.isEmpty() ? BUILT_IN : rules)
        .forEach((skill, rule) -> this.rules.put(skill, Pattern.compile(rule)));
    this.defaultSkill = defaultSkill;
  }

  /** The skill of a pair. */
  public String skillOf(Pair pair) {
    if (pair.getSkill() != null) {
      return pair.getSkill();
    }
    String instruction = pair.getInstruction();
    String beginning = instruction.substring(0, Math.min(LOOK_AT, instruction.length()));
    for (Map.Entry<String, Pattern> rule : rules.entrySet()) {
      if (rule.getValue().matcher(beginning).find()) {
        return rule.getKey();
      }
    }
    return defaultSkill;
  }
}
