package dev.alluvium.streams.text;

import dev.alluvium.schemas.avro.Pair;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gives a pair its skill: the producer's word, or else the first rule found in the instruction, or
 * else the default.
 */
public final class SkillClassifier {
  /** Rules look at the beginning only, which bounds what a careless expression can cost. */
  private static final int LOOK_AT = 4_000;

  private final Map<String, Pattern> rules = new LinkedHashMap<>();
  private final String defaultSkill;

  /**
   * A classifier.
   *
   * @param rules skill to regular expression, in order of precedence; empty for the built-in ones
   * @param defaultSkill where no rule is found
   */
  public SkillClassifier(Map<String, String> rules, String defaultSkill) {
    rules.forEach((skill, rule) -> this.rules.put(skill, Pattern.compile(rule)));
    this.defaultSkill = defaultSkill;
  }

  /** The skill of a pair. */
  public String skillOf(Pair pair) {
    return orDefault(find(pair));
  }

  /** A skill that was found, or else the default. */
  public String orDefault(@Nullable String found) {
    return found == null ? defaultSkill : found;
  }

  /** The skill that a pair names or that a rule finds; null for a pair of unknown skill. */
  public @Nullable String find(Pair pair) {
    if (pair.getSkill() != null) {
      return pair.getSkill();
    }
    String instruction = pair.getInstruction();
    String beginning = instruction.substring(0, Math.min(LOOK_AT, instruction.length()));
    if (rules.isEmpty()) {
      return BuiltInSkills.of(beginning);
    }
    for (Map.Entry<String, Pattern> rule : rules.entrySet()) {
      if (rule.getValue().matcher(beginning).find()) {
        return rule.getKey();
      }
    }
    return null;
  }
}
