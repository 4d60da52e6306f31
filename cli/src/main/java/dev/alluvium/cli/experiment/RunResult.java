package dev.alluvium.cli.experiment;

import static java.util.Objects.requireNonNullElse;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of a run, as its line of the log has it. Accuracies are shares of right answers by
 * skill.
 *
 * @param key digest of plan and settings
 * @param settings those that the digest is of, by name; empty in lines from before they had them
 * @param arm its name
 * @param validation whether the problems were those that rates are chosen by; null in such lines
 * @param base accuracies of the base model
 * @param learnt of each streamed skill, right after the last phase that had pairs of it
 * @param timeline of the skills that were measured after each phase
 * @param end of all skills, at the end
 * @param origins targets of each streamed skill by origin
 * @param tokens trained tokens, passes not counted
 * @param seconds all of it took
 */
record RunResult(
    String key,
    Map<String, String> settings,
    String arm,
    long seed,
    @Nullable Boolean validation,
    double rate,
    int pairs,
    int problems,
    Map<String, Double> base,
    Map<String, Double> learnt,
    List<Map<String, Double>> timeline,
    Map<String, Double> end,
    Map<String, Map<String, Integer>> origins,
    long tokens,
    double seconds) {

  RunResult {
    settings = requireNonNullElse(settings, Map.of());
  }

  /** Mean of some skills' shares. */
  static double mean(Map<String, Double> shares, List<String> skills) {
    return skills.stream().mapToDouble(shares::get).average().orElseThrow();
  }
}
