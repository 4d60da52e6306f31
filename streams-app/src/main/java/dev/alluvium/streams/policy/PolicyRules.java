package dev.alluvium.streams.policy;

import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What makes a mixture policy valid, what it says about a skill, and its digest. */
public final class PolicyRules {
  /** Most skills a pipeline tells apart; pools, books and reports grow with it. */
  public static final int MAX_SKILLS = 64;

  /** Most examples of a window: a window is written in one transaction. */
  public static final int MAX_WINDOW_EXAMPLES = 5_000;

  /** Most estimated tokens of a window: 8 million at 3.5 bytes each stay below 32 MB. */
  public static final int MAX_WINDOW_TOKENS = 8_000_000;

  /** Largest weight; keeps every product of the quota arithmetic inside a long. */
  public static final int MAX_WEIGHT = 1_000_000;

  /** Where skills beyond the most we tell apart are counted. */
  public static final String OTHER_SKILLS = "(other)";

  /** What a skill may be called. */
  public static final Pattern SKILL = Pattern.compile("[a-z][a-z0-9_-]{0,31}");

  private static final int MAX_POOL = 1_000_000;
  private static final int MAX_PROBES = 10_000;
  private static final int MAX_AHEAD = 64;

  /** Most promotions that staleness looks back. */
  public static final int MAX_STALENESS = 64;

  private PolicyRules() {}

  /**
   * What is wrong with a policy, in the order of its fields; nothing when it is valid. Each problem
   * names key, value and bound.
   */
  public static List<String> problems(Policy policy) {
    List<String> problems = new ArrayList<>();
    if (policy.getWeights().size() > MAX_SKILLS) {
      problems.add(
          "weights names %d skills: expected at most %d"
              .formatted(policy.getWeights().size(), MAX_SKILLS));
    }
    new TreeMap<>(policy.getWeights())
        .forEach(
            (skill, weight) -> {
              if (!SKILL.matcher(skill).matches()) {
                problems.add("weights names the skill '%s': expected %s".formatted(skill, SKILL));
              }
              within("weights." + skill, weight, 0, MAX_WEIGHT).ifPresent(problems::add);
            });
    within("defaultWeight", policy.getDefaultWeight(), 0, MAX_WEIGHT).ifPresent(problems::add);
    if (policy.getDefaultWeight() == 0
        && policy.getWeights().values().stream().allMatch(w -> w == 0)) {
      problems.add("defaultWeight and all weights are 0: expected at least one above 0");
    }
    within("windowExamples", policy.getWindowExamples(), 1, MAX_WINDOW_EXAMPLES)
        .ifPresent(problems::add);
    within("windowTokens", policy.getWindowTokens(), 1, MAX_WINDOW_TOKENS).ifPresent(problems::add);
    within("windowTime (ms)", policy.getWindowMillis(), 1, Long.MAX_VALUE).ifPresent(problems::add);
    within("minFill", policy.getMinFill(), 1, policy.getWindowExamples()).ifPresent(problems::add);
    within("maxCarry", policy.getMaxCarry(), 0, MAX_WINDOW_EXAMPLES).ifPresent(problems::add);
    within("poolExamples", policy.getPoolExamples(), policy.getWindowExamples(), MAX_POOL)
        .ifPresent(problems::add);
    within("poolTime (ms)", policy.getPoolMillis(), policy.getWindowMillis(), Long.MAX_VALUE)
        .ifPresent(problems::add);
    within("probesPerSkill", policy.getProbesPerSkill(), 0, MAX_PROBES).ifPresent(problems::add);
    within("maxAhead", policy.getMaxAhead(), 1, MAX_AHEAD).ifPresent(problems::add);
    within("maxStaleness", policy.getMaxStaleness(), 0, MAX_STALENESS).ifPresent(problems::add);
    return List.copyOf(problems);
  }

  private static Optional<String> within(String key, long value, long least, long most) {
    if (least <= value && value <= most) {
      return Optional.empty();
    }
    String bound = most == Long.MAX_VALUE ? least + " or more" : least + " to " + most;
    return Optional.of("%s is %d: expected %s".formatted(key, value, bound));
  }

  /**
   * Under which name a skill is counted: its own while there is room for one more.
   *
   * @param counted the names counted so far
   */
  public static String countedAs(String skill, Set<String> counted) {
    return counted.contains(skill) || counted.size() < MAX_SKILLS ? skill : OTHER_SKILLS;
  }

  /** Relative share of a skill; 0 when the policy refuses it. */
  public static int weight(Policy policy, String skill) {
    return policy.getWeights().getOrDefault(skill, policy.getDefaultWeight());
  }

  /** The same policy with its skills in order of name, so that its bytes are always the same. */
  public static Policy sorted(Policy policy) {
    return Policy.newBuilder(policy).setWeights(new TreeMap<>(policy.getWeights())).build();
  }

  /** SHA-256 of a policy's content; the order of its skills does not matter. */
  public static String digest(Policy policy) {
    List<String> parts = new ArrayList<>();
    parts.add("policy-1");
    for (Map.Entry<String, Integer> weight : new TreeMap<>(policy.getWeights()).entrySet()) {
      parts.add(weight.getKey());
      parts.add(weight.getValue().toString());
    }
    for (long value :
        new long[] {
          policy.getDefaultWeight(),
          policy.getWindowExamples(),
          policy.getWindowTokens(),
          policy.getWindowMillis(),
          policy.getMinFill(),
          policy.getMaxCarry(),
          policy.getPoolExamples(),
          policy.getPoolMillis(),
          policy.getProbesPerSkill(),
          policy.getMaxAhead(),
          policy.getMaxStaleness()
        }) {
      parts.add(Long.toString(value));
    }
    return Digests.sha256(parts.toArray(String[]::new));
  }
}
