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
 * alone is not mixed. The same settings, halves, draw and losses give the same pairs and parts.
 */
public final class Pairing {
  private final Mixture mixture;
  private final Halves halves;

  /**
   * Pairs for the batches of some examples.
   *
   * @param halves of the examples, in the order in which they were given to be put into batches
   */
  public Pairing(Mixture mixture, Halves halves) {
    this.mixture = mixture;
    this.halves = halves;
  }

  /** Places in a batch of examples that may be mixed with each other. */
  private record Group(List<Integer> confident, List<Integer> unconfident, List<Integer> unknown) {
    Group() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    /** How many pairs it gives. */
    int pairs() {
      return Math.min(confident.size(), unconfident.size()) + unknown.size() / 2;
    }
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
    for (Group group : groups(batch).values()) {
      addPairs(group.confident(), group.unconfident(), random, shares, pairs);
      List<Integer> ranked = ranked(group.unknown(), loss, random);
      int half = ranked.size() / 2;
      addPairs(
          ranked.subList(0, half),
          ranked.subList(ranked.size() - half, ranked.size()),
          random,
          shares,
          pairs);
    }
    return pairs;
  }

  private static void addPairs(
      List<Integer> confident,
      List<Integer> unconfident,
      UniformRandomProvider random,
      ContinuousSampler shares,
      List<MixedPair> pairs) {
    ListSampler.shuffle(random, confident);
    ListSampler.shuffle(random, unconfident);
    for (int i = 0; i < Math.min(confident.size(), unconfident.size()); i++) {
      float share = (float) shares.sample();
      pairs.add(new MixedPair(confident.get(i), unconfident.get(i), share));
    }
  }

  /**
   * Tokens that a batch mixes, on average over all ways to pair its examples: known before their
   * losses are.
   */
  public double expectedTokens(Batch batch) {
    return groups(batch).values().stream().mapToDouble(group -> expected(batch, group)).sum();
  }

  private static double expected(Batch batch, Group group) {
    List<Integer> all = new ArrayList<>(group.unknown());
    all.addAll(group.confident());
    all.addAll(group.unconfident());
    int[] lengths = all.stream().mapToInt(batch::trainedTokens).sorted().toArray();
    int n = lengths.length;
    double shorter = 0; // of all pairs
    for (int i = 0; i < n; i++) {
      shorter += (double) lengths[i] * (n - 1 - i);
    }
    return group.pairs() == 0 ? 0 : shorter / (n * (n - 1) / 2.0) * group.pairs();
  }

  private SortedMap<String, Group> groups(Batch batch) {
    SortedMap<String, Group> groups = new TreeMap<>();
    for (int b = 0; b < batch.size(); b++) {
      int place = batch.origin(b);
      Group group = groups.computeIfAbsent(halves.group(place), name -> new Group());
      switch (halves.half(place)) {
        case CONFIDENT -> group.confident().add(b);
        case UNCONFIDENT -> group.unconfident().add(b);
        case UNKNOWN -> group.unknown().add(b);
        case MIDDLE -> {} // not mixed
      }
    }
    return groups;
  }

  private List<Integer> ranked(List<Integer> unknown, double[] loss, UniformRandomProvider random) {
    List<Integer> ranked = new ArrayList<>(unknown);
    switch (mixture.split()) {
      case BATCH, WINDOW -> ranked.sort(Comparator.comparingDouble(b -> loss[b]));
      case RANDOM -> ListSampler.shuffle(random, ranked);
    }
    return ranked;
  }
}
