package dev.alluvium.trainer.mixup;

import dev.alluvium.trainer.batch.Batch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.ListSampler;
import org.apache.commons.rng.sampling.distribution.ChengBetaSampler;
import org.apache.commons.rng.sampling.distribution.ContinuousSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Pairs a confident with an unconfident example of the same batch and skill, by the rules of SFTMix
 * (arXiv 2410.05248). In a group of odd size the example in the middle is left out; one that is
 * alone is not mixed. The same settings, draw and losses give the same pairs and parts.
 */
public final class Pairing {
  private final Mixture mixture;
  private final List<String> skills;

  /**
   * Pairs for the batches of some examples.
   *
   * @param skills of the examples, in the order in which they were given to be put into batches
   */
  public Pairing(Mixture mixture, List<String> skills) {
    this.mixture = mixture;
    this.skills = List.copyOf(skills);
  }

  /** Weight of the mixtures' mean loss. */
  public double mu() {
    return mixture.mu();
  }

  /**
   * The pairs of a batch.
   *
   * @param loss mean loss of each of its examples
   * @param draw which draw this is, of all that training makes
   */
  public List<MixedPair> pairs(Batch batch, double[] loss, long draw) {
    UniformRandomProvider random =
        RandomSource.XO_RO_SHI_RO_128_PP.create(mixture.seed() * 1_000_003 + draw);
    ContinuousSampler shares = ChengBetaSampler.of(random, mixture.alpha(), mixture.alpha());
    List<MixedPair> pairs = new ArrayList<>();
    for (List<Integer> group : groups(batch).values()) {
      int half = group.size() / 2;
      List<Integer> ranked = ranked(group, loss, random);
      List<Integer> confident = ranked.subList(0, half);
      List<Integer> unconfident =
          new ArrayList<>(ranked.subList(ranked.size() - half, ranked.size()));
      ListSampler.shuffle(random, unconfident);
      for (int i = 0; i < half; i++) {
        float share = (float) shares.sample();
        pairs.add(new MixedPair(confident.get(i), unconfident.get(i), share));
      }
    }
    return pairs;
  }

  /**
   * Tokens that a batch mixes, on average over all ways to pair its examples: known before their
   * losses are.
   */
  public double expectedTokens(Batch batch) {
    return groups(batch).values().stream().mapToDouble(group -> expected(batch, group)).sum();
  }

  private static double expected(Batch batch, List<Integer> group) {
    int[] lengths = group.stream().mapToInt(batch::trainedTokens).sorted().toArray();
    int n = lengths.length;
    double shorter = 0; // of all pairs
    for (int i = 0; i < n; i++) {
      shorter += (double) lengths[i] * (n - 1 - i);
    }
    return n < 2 ? 0 : shorter / (n * (n - 1) / 2.0) * (n / 2);
  }

  private SortedMap<String, List<Integer>> groups(Batch batch) {
    SortedMap<String, List<Integer>> groups = new TreeMap<>();
    for (int b = 0; b < batch.size(); b++) {
      String skill = mixture.scope() == Scope.SKILL ? skills.get(batch.origin(b)) : "";
      groups.computeIfAbsent(skill, name -> new ArrayList<>()).add(b);
    }
    return groups;
  }

  private List<Integer> ranked(List<Integer> group, double[] loss, UniformRandomProvider random) {
    List<Integer> ranked = new ArrayList<>(group);
    switch (mixture.split()) {
      case BATCH -> ranked.sort(Comparator.comparingDouble(b -> loss[b]));
      case RANDOM -> ListSampler.shuffle(random, ranked);
    }
    return ranked;
  }
}
