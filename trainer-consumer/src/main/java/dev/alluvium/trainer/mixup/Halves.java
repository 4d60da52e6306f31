package dev.alluvium.trainer.mixup;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * A window's examples in two halves, skill by skill, as far as that is known before a pass.
 * Examples are named by their place in the window.
 */
public final class Halves {
  private final List<String> groups;
  private final List<Half> halves;

  private Halves(List<String> groups, List<Half> halves) {
    this.groups = groups;
    this.halves = halves;
  }

  /**
   * The halves of a window at the beginning of a pass.
   *
   * @param skills of its examples
   * @param confidence of each, as far as it is known
   */
  public static Halves of(Mixture mixture, List<String> skills, List<OptionalDouble> confidence) {
    List<String> groups =
        mixture.scope() == Scope.SKILL
            ? List.copyOf(skills)
            : Collections.nCopies(skills.size(), "");
    List<Half> halves = new ArrayList<>(Collections.nCopies(groups.size(), Half.UNKNOWN));
    if (mixture.split() == Split.WINDOW) {
      SortedMap<String, List<Integer>> known = new TreeMap<>();
      for (int i = 0; i < groups.size(); i++) {
        if (confidence.get(i).isPresent()) {
          known.computeIfAbsent(groups.get(i), name -> new ArrayList<>()).add(i);
        }
      }
      known.values().forEach(group -> divide(group, confidence, halves));
    }
    return new Halves(groups, List.copyOf(halves));
  }

  private static void divide(
      List<Integer> group, List<OptionalDouble> confidence, List<Half> halves) {
    group.sort(Comparator.comparingDouble(i -> -confidence.get(i).orElseThrow()));
    int half = group.size() / 2;
    for (int rank = 0; rank < group.size(); rank++) {
      boolean middle = rank == half && group.size() % 2 == 1;
      Half side = rank < half ? Half.CONFIDENT : Half.UNCONFIDENT;
      halves.set(group.get(rank), middle ? Half.MIDDLE : side);
    }
  }

  Half half(int place) {
    return halves.get(place);
  }

  /** What the example is ranked and mixed in: its skill, or everything. */
  String group(int place) {
    return groups.get(place);
  }

  /**
   * The examples, those that should be in one batch together: a confident and an unconfident one of
   * similar length, as far as halves are known.
   *
   * @param length of the example at a place
   */
  public List<List<Integer>> together(IntUnaryOperator length) {
    SortedMap<String, List<Integer>> confident = byLength(Half.CONFIDENT, length);
    SortedMap<String, List<Integer>> unconfident = byLength(Half.UNCONFIDENT, length);
    List<List<Integer>> together = new ArrayList<>();
    confident.forEach(
        (group, first) -> {
          List<Integer> second = unconfident.getOrDefault(group, List.of()); // as many
          for (int i = 0; i < first.size(); i++) {
            together.add(List.of(first.get(i), second.get(i)));
          }
        });
    for (int i = 0; i < halves.size(); i++) {
      if (halves.get(i) == Half.MIDDLE || halves.get(i) == Half.UNKNOWN) {
        together.add(List.of(i));
      }
    }
    return together;
  }

  private SortedMap<String, List<Integer>> byLength(Half half, IntUnaryOperator length) {
    SortedMap<String, List<Integer>> found = new TreeMap<>();
    IntStream.range(0, halves.size())
        .filter(i -> halves.get(i) == half)
        .boxed()
        .sorted(Comparator.comparingInt(length::applyAsInt))
        .forEach(i -> found.computeIfAbsent(groups.get(i), name -> new ArrayList<>()).add(i));
    return found;
  }
}
