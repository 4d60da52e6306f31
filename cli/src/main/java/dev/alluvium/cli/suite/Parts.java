package dev.alluvium.cli.suite;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.alluvium.cli.suite.skill.Item;
import dev.alluvium.cli.suite.skill.Level;
import dev.alluvium.cli.suite.skill.Skill;
import dev.alluvium.cli.suite.skill.Skills;
import dev.alluvium.cli.suite.skill.Split;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.ListSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * The parts of the suite, each a function of the seed and of its own name: asking for more of one
 * part leaves the others as they are.
 */
public final class Parts {
  /** Draws without anything new after which a part is taken to be exhausted. */
  private static final int MAX_REPEATS = 20_000;

  private final long seed;

  /** The parts of a seed. */
  public Parts(long seed) {
    this.seed = seed;
  }

  /** What the base model is trained on, endless; problems come back as chance has it. */
  Stream<Entry> base() {
    UniformRandomProvider random = random("base");
    return Stream.generate(() -> BaseMix.draw(random));
  }

  /**
   * The pairs of a skill, shuffled. Problems that the base can solve have gold in wording B; of the
   * others, which only new skills have, the plan's share has it in C and the rest in B.
   *
   * @throws IllegalArgumentException when the skill has not so many problems
   */
  public List<Entry> stream(Skill skill, int pairs) {
    UniformRandomProvider random = random("stream " + skill.name());
    int hard = skill.hasHard() ? StreamPlan.of(skill).hard(pairs) : 0;
    int foreign = skill.hasHard() ? StreamPlan.of(skill).foreign(hard) : 0;
    List<Entry> entries = new ArrayList<>();
    List<Item> unsolved = items(skill, Split.STREAM, Level.HARD, hard, random);
    for (int i = 0; i < unsolved.size(); i++) {
      entries.add(Entry.of(unsolved.get(i), i < foreign ? Wording.C : Wording.B));
    }
    for (Item item : items(skill, Split.STREAM, Level.EASY, pairs - hard, random)) {
      entries.add(Entry.of(item, Wording.B));
    }
    if (entries.size() < pairs) {
      throw new IllegalArgumentException(
          "%d pairs of %s: only %d of them are different; ask for fewer"
              .formatted(pairs, skill.name(), entries.size()));
    }
    ListSampler.shuffle(random, entries);
    return entries;
  }

  /** Pairs of several skills in an order that the seed draws. */
  public List<Entry> mixed(List<Entry> entries) {
    List<Entry> mixed = new ArrayList<>(entries);
    ListSampler.shuffle(random("mixed"), mixed);
    return mixed;
  }

  /**
   * Held-out problems of all skills, the new ones as hard as their streams; fewer where a skill has
   * no more.
   */
  public List<Entry> heldOut(Split split, int perSkill) {
    UniformRandomProvider random = random("held out " + split);
    List<Entry> entries = new ArrayList<>();
    for (Skill skill : Skills.all()) {
      int hard = skill.hasHard() ? StreamPlan.of(skill).hard(perSkill) : 0;
      Stream.concat(
              items(skill, split, Level.EASY, perSkill - hard, random).stream(),
              items(skill, split, Level.HARD, hard, random).stream())
          .forEach(item -> entries.add(Entry.of(item, Wording.A)));
    }
    return entries;
  }

  /** Held-out answers of new skills to be rewritten, from wordings B and C. */
  List<Entry> rewriting(Split split, int perWording) {
    UniformRandomProvider random = random("rewriting " + split);
    List<Entry> entries = new ArrayList<>();
    for (Wording from : List.of(Wording.B, Wording.C)) {
      for (int i = 0; i < perWording; i++) {
        Skill skill = Skills.NEW.get(i % Skills.NEW.size());
        Level level = i / Skills.NEW.size() % 2 == 0 ? Level.EASY : Level.HARD;
        entries.add(Entry.rewriting(skill.draw(split, level, random), from));
      }
    }
    return entries;
  }

  private static List<Item> items(
      Skill skill, Split split, Level level, int count, UniformRandomProvider random) {
    return distinct(count, () -> skill.draw(split, level, random));
  }

  private static List<Item> distinct(int count, Supplier<Item> draws) {
    List<Item> items = new ArrayList<>();
    Set<String> instructions = new HashSet<>();
    for (int repeats = 0; items.size() < count && repeats < MAX_REPEATS; repeats++) {
      Item item = draws.get();
      if (instructions.add(item.instruction())) {
        items.add(item);
        repeats = 0;
      }
    }
    return items;
  }

  private UniformRandomProvider random(String part) {
    CRC32 name = new CRC32();
    name.update(part.getBytes(UTF_8));
    return RandomSource.XO_RO_SHI_RO_128_PP.create(seed * 0x9E3779B97F4A7C15L + name.getValue());
  }
}
