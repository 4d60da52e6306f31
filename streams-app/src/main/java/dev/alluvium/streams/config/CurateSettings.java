package dev.alluvium.streams.config;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.policy.PolicyRules;
import dev.alluvium.streams.redact.Kind;
import dev.alluvium.streams.redact.Redactor;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * How pairs are judged before they reach the ledger.
 *
 * @param holdOut share of the groups that become probes and are never trained, 0 to 0.5
 * @param dedupEntries prompts a task remembers; beyond it the oldest is forgotten
 * @param maxTextChars longest single text of a pair, in UTF-16 units
 * @param skillRules skill to regular expression, tried in this order on pairs that name no skill;
 *     the first that is found in the instruction decides. Empty for the built-in rules
 * @param defaultSkill skill of a pair that names none and matches no rule
 * @param registry where schemas of Confluent-framed pairs come from: a registry's URL, a directory
 *     of {@code ID.avsc} files, or empty for the built-in schema only
 * @param redact kinds of personal data that are replaced, separated by commas: {@code email},
 *     {@code phone}, {@code card}, {@code iban}; empty for none
 * @param phoneRegion country whose telephone numbers are found without a country code; empty: only
 *     those with one are
 */
public record CurateSettings(
    double holdOut,
    int dedupEntries,
    int maxTextChars,
    Map<String, String> skillRules,
    String defaultSkill,
    String registry,
    String redact,
    String phoneRegion) {

  private static final double MAX_HOLD_OUT = 0.5;
  private static final int MAX_DEDUP = 100_000_000;

  /** Checks every value. */
  public CurateSettings {
    Require.that(
        0 <= holdOut && holdOut <= MAX_HOLD_OUT,
        "curate.holdOut is %s: expected 0 to %s".formatted(holdOut, MAX_HOLD_OUT));
    Require.within("curate.dedupEntries", dedupEntries, 1, MAX_DEDUP);
    Require.within("curate.maxTextChars", maxTextChars, 1, Topics.MAX_PAIR_BYTES);
    requireSkill("curate.defaultSkill", defaultSkill);
    Require.within("curate.skillRules (number of rules)", skillRules.size(), 0, 64);
    skillRules.forEach(CurateSettings::requireRule);
    skillRules = Collections.unmodifiableMap(new LinkedHashMap<>(skillRules));
    registry = registry.strip();
    phoneRegion = phoneRegion.strip();
    Require.that(
        phoneRegion.isEmpty()
            || PhoneNumberUtil.getInstance().getSupportedRegions().contains(phoneRegion),
        "curate.phoneRegion is '%s': expected a country such as DE".formatted(phoneRegion));
    kinds(redact);
  }

  /** A twentieth held out, a million prompts remembered per task, built-in skill rules. */
  public static CurateSettings defaults() {
    return new CurateSettings(0.05, 1_000_000, 100_000, Map.of(), "general", "", "", "");
  }

  /** What takes personal data out of pairs. */
  public Redactor redactor() {
    return new Redactor(kinds(redact), phoneRegion);
  }

  private static Set<Kind> kinds(String list) {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    for (String name : list.split(",", -1)) {
      if (!name.isBlank()) {
        kinds.add(Require.oneOf("curate.redact", name, Kind.values()));
      }
    }
    return kinds;
  }

  private static void requireRule(String skill, String rule) {
    requireSkill("curate.skillRules", skill);
    try {
      Pattern.compile(rule);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "curate.skillRules.%s is '%s': expected a regular expression: %s"
              .formatted(skill, rule, e.getDescription()),
          e);
    }
  }

  private static void requireSkill(String key, String skill) {
    Require.that(
        PolicyRules.SKILL.matcher(skill).matches(),
        "%s names the skill '%s': expected %s".formatted(key, skill, PolicyRules.SKILL));
  }
}
