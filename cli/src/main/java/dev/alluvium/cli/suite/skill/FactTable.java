package dev.alluvium.cli.suite.skill;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Facts about names of three letters. A table is part of what the suite is, not of a run: the base
 * model has learnt it, so no seed of a run may change it.
 */
final class FactTable {
  private static final int NAME_LETTERS = 3;

  private final Map<String, String> facts;
  private final List<String> names;

  /**
   * @param seed decides the table
   * @param size number of facts
   * @param value draws a value
   */
  FactTable(long seed, int size, Function<UniformRandomProvider, String> value) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    this.facts = new LinkedHashMap<>();
    while (facts.size() < size) {
      facts.putIfAbsent(drawName(random), value.apply(random));
    }
    this.names = List.copyOf(facts.keySet());
  }

  /** The names, in the order in which they were drawn. */
  List<String> names() {
    return names;
  }

  String value(String name) {
    String value = facts.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no fact about " + name);
    }
    return value;
  }

  /** A name that the table knows nothing about. */
  String strange(UniformRandomProvider random) {
    while (true) {
      String name = drawName(random);
      if (!facts.containsKey(name)) {
        return name;
      }
    }
  }

  private static String drawName(UniformRandomProvider random) {
    return Letters.spaced(Letters.several(NAME_LETTERS, random));
  }
}
