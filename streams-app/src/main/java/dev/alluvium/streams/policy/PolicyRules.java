package dev.alluvium.streams.policy;

import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.DmtRules;
import dev.alluvium.schemas.avro.HygieneRules;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PolicyKind;
import dev.alluvium.schemas.avro.ReplayRules;
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

  /** Most of a window that may be replayed, in millionths. */
  public static final int MAX_REPLAY = 900_000;

  /** Most examples a reservoir keeps. */
  public static final int MAX_RESERVOIR = 100_000;

  /** Most bytes a reservoir keeps. */
  public static final long MAX_RESERVOIR_BYTES = 1L << 30;

  /** Most times that a skill which slips may be replayed as much. */
  public static final int MAX_BOOST = 16;

  /** Most texts remembered in order to find near-duplicates. */
  public static final int MAX_REMEMBERED = 200_000;

  private static final int WHOLE = 1_000_000;
  private static final int MAX_POOL = 1_000_000;
  private static final int MAX_PROBES = 10_000;
  private static final int MAX_AHEAD = 64;
  private static final int MAX_STAGE_WINDOWS = 100_000;

  /** Most promotions that staleness looks back. */
  public static final int MAX_STALENESS = 64;

  private PolicyRules() {}

  /**
   * What is wrong with a policy, in the order of its fields; nothing when it is valid. Each problem
   * names key, value and bound.
   */
  public static List<String> problems(Policy policy) {
    List<String> problems = new ArrayList<>();
    bySkill("weights", policy.getWeights(), 0, MAX_WEIGHT, problems);
    bySkill("caps", policy.getCaps(), 1, policy.getWindowExamples(), problems);
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
    replay(policy, problems);
    hygiene(policy.getHygiene(), problems);
    dmt(policy, problems);
    return List.copyOf(problems);
  }

  private static void bySkill(
      String key, Map<String, Integer> values, int least, int most, List<String> problems) {
    if (values.size() > MAX_SKILLS) {
      problems.add(
          "%s names %d skills: expected at most %d".formatted(key, values.size(), MAX_SKILLS));
    }
    new TreeMap<>(values)
        .forEach(
            (skill, value) -> {
              if (!SKILL.matcher(skill).matches()) {
                problems.add("%s names the skill '%s': expected %s".formatted(key, skill, SKILL));
              }
              within(key + "." + skill, value, least, most).ifPresent(problems::add);
            });
  }

  private static void replay(Policy policy, List<String> problems) {
    ReplayRules replay = policy.getReplay();
    within("replay.share (millionths)", replay.getShare(), 0, MAX_REPLAY).ifPresent(problems::add);
    bySkill("replay.weights", replay.getWeights(), 0, MAX_WEIGHT, problems);
    within("replay.reservoirExamples", replay.getReservoirExamples(), 0, MAX_RESERVOIR)
        .ifPresent(problems::add);
    within("replay.reservoirMiB (bytes)", replay.getReservoirBytes(), 0, MAX_RESERVOIR_BYTES)
        .ifPresent(problems::add);
    within("replay.mostBoost", replay.getMostBoost(), 1, MAX_BOOST).ifPresent(problems::add);
    int most = policy.getDmt() == null ? replay.getShare() : policy.getDmt().getCap();
    if (most >= 0 && most <= MAX_REPLAY) {
      whole("windowExamples", policy.getWindowExamples(), most, MAX_WINDOW_EXAMPLES, problems);
      whole("windowTokens", policy.getWindowTokens(), most, MAX_WINDOW_TOKENS, problems);
    }
  }

  /** A window with what is replayed in it must keep its bounds too. */
  private static void whole(String key, int fresh, int replayed, int most, List<String> problems) {
    long all = (long) fresh * WHOLE / (WHOLE - replayed);
    if (fresh <= most && all > most) {
      problems.add(
          "%s is %d and makes %d with what is replayed: expected at most %d together"
              .formatted(key, fresh, all, most));
    }
  }

  private static void hygiene(HygieneRules hygiene, List<String> problems) {
    within("hygiene.similarity (millionths)", hygiene.getSimilarity(), 0, WHOLE)
        .ifPresent(problems::add);
    within("hygiene.remembered", hygiene.getRemembered(), 0, MAX_REMEMBERED)
        .ifPresent(problems::add);
    within("hygiene.rememberTime (ms)", hygiene.getRememberedMillis(), 1, Long.MAX_VALUE)
        .ifPresent(problems::add);
    within("hygiene.overlap (millionths)", hygiene.getOverlap(), 0, WHOLE).ifPresent(problems::add);
  }

  private static void dmt(Policy policy, List<String> problems) {
    DmtRules dmt = policy.getDmt();
    if ((dmt != null) != (policy.getKind() == PolicyKind.DMT)) {
      problems.add(
          "dmt is %s for the policy %s: expected it for DMT and for no other"
              .formatted(dmt == null ? "missing" : "set", policy.getKind()));
    }
    if (dmt == null) {
      return;
    }
    if (dmt.getGeneral().isEmpty() || dmt.getGeneral().size() > MAX_SKILLS) {
      problems.add(
          "dmt.general names %d skills: expected 1 to %d"
              .formatted(dmt.getGeneral().size(), MAX_SKILLS));
    }
    for (String skill : dmt.getGeneral()) {
      if (!SKILL.matcher(skill).matches()) {
        problems.add("dmt.general names the skill '%s': expected %s".formatted(skill, SKILL));
      }
    }
    within("dmt.specialisedWindows", dmt.getSpecialisedWindows(), 0, MAX_STAGE_WINDOWS)
        .ifPresent(problems::add);
    within("dmt.generalExamples", dmt.getGeneralExamples(), 0, MAX_POOL).ifPresent(problems::add);
    within("dmt.fraction (denominator)", dmt.getFractionIn(), 1, WHOLE).ifPresent(problems::add);
    within("dmt.fraction (numerator)", dmt.getFractionOf(), 0, dmt.getFractionIn())
        .ifPresent(problems::add);
    within("dmt.floor", dmt.getFloor(), 0, MAX_WINDOW_EXAMPLES).ifPresent(problems::add);
    within("dmt.cap (millionths)", dmt.getCap(), 0, MAX_REPLAY).ifPresent(problems::add);
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
    return Policy.newBuilder(policy)
        .setWeights(new TreeMap<>(policy.getWeights()))
        .setCaps(new TreeMap<>(policy.getCaps()))
        .setReplay(
            ReplayRules.newBuilder(policy.getReplay())
                .setWeights(new TreeMap<>(policy.getReplay().getWeights()))
                .build())
        .setDmt(policy.getDmt() == null ? null : sorted(policy.getDmt()))
        .build();
  }

  private static DmtRules sorted(DmtRules dmt) {
    return DmtRules.newBuilder(dmt).setGeneral(dmt.getGeneral().stream().sorted().toList()).build();
  }

  /** SHA-256 of a policy's content; the order of its skills does not matter. */
  public static String digest(Policy policy) {
    return Digests.sha256("policy-1", sorted(policy).toString());
  }
}
