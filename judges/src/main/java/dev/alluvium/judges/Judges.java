package dev.alluvium.judges;

import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the verdict on a text: guards first, then one judge. The judge is the one the record names;
 * else the first of its skill's list that can read gold; else the first of the fallback list.
 */
public final class Judges {
  private static final Logger LOG = LoggerFactory.getLogger(Judges.class);

  private final Map<String, Judge> byName;
  private final Map<String, List<Judge>> bySkill;
  private final List<Judge> fallback;

  /**
   * Makes the judges that the settings name.
   *
   * @throws IllegalArgumentException when the settings name a judge or class that does not exist
   */
  public Judges(JudgeSettings settings, JudgeTools tools) {
    byName = new LinkedHashMap<>();
    settings.allClasses().forEach((name, type) -> byName.put(name, make(name, type, tools)));
    bySkill = new LinkedHashMap<>();
    settings
        .skills()
        .forEach((skill, names) -> bySkill.put(skill, list("judges.skills." + skill, names)));
    fallback = list("judges.fallback", settings.fallback());
  }

  /** Names that a record, or the settings, may use. */
  public Set<String> names() {
    return Set.copyOf(byName.keySet());
  }

  /**
   * The verdict on a text. Never throws: a judge that fails is an error, and an error is not a no.
   */
  public Verdict judge(Question question, Attempt attempt) {
    Verdict verdict = Guards.check(question, attempt).orElseGet(() -> ask(question, attempt));
    return Guards.isCopy(question, attempt) ? verdict.onCopyOfGold() : verdict;
  }

  /** Where the verdict on a text can be had: {@link #judge} gives it there. */
  public Venue venue(Question question, Attempt attempt) {
    if (Guards.check(question, attempt).isPresent()) {
      return Venue.HERE;
    }
    Judge judge = judgeOf(question);
    return judge == null ? Venue.HERE : judge.venue();
  }

  /** Whether answers to a question are judged, and by an {@linkplain Judge#isExact exact} judge. */
  public boolean isExact(Question question) {
    Judge judge = judgeOf(question);
    return judge != null && judge.isExact() && reads(judge, question);
  }

  /** Who is asked in which order, with versions: where it is equal, so are verdicts. */
  public String editions() {
    Map<String, String> lists = new TreeMap<>();
    bySkill.forEach((skill, judges) -> lists.put(skill, editions(judges)));
    return "%s; %s; %s"
        .formatted(editions(new TreeMap<>(byName).values()), lists, editions(fallback));
  }

  private static String editions(Collection<Judge> judges) {
    return judges.stream()
        .map(judge -> judge.name() + " " + judge.version())
        .collect(Collectors.joining(", "));
  }

  /** True when the text is the gold response, white space aside. */
  public boolean isCopy(Question question, Attempt attempt) {
    return Guards.isCopy(question, attempt);
  }

  private @Nullable Judge judgeOf(Question question) {
    String named = question.judge();
    return named == null ? choose(question) : byName.get(named);
  }

  private Verdict ask(Question question, Attempt attempt) {
    String named = question.judge();
    Judge judge = judgeOf(question);
    if (judge == null) {
      return unjudged(
          Reason.NO_JUDGE,
          named == null
              ? "no judge reads this gold"
              : "there is no judge '%s'; known: %s"
                  .formatted(named, String.join(", ", byName.keySet())));
    }
    try {
      if (!judge.reads(question)) {
        return Verdict.error(judge, Reason.BAD_GOLD, "this gold is not of the judge's shape");
      }
      return judge.judge(question, attempt);
    } catch (RuntimeException | StackOverflowError e) {
      // A defect of a judge must stop neither the stream nor the other pairs.
      LOG.error("judge {} version {} failed", judge.name(), judge.version(), e);
      return Verdict.error(judge, Reason.JUDGE_FAILED, String.valueOf(e));
    }
  }

  private @Nullable Judge choose(Question question) {
    String skill = question.skill();
    List<Judge> own = skill == null ? List.of() : bySkill.getOrDefault(skill, List.of());
    List<Judge> candidates = new ArrayList<>(own);
    candidates.addAll(own.isEmpty() ? fallback : List.of());
    Optional<Judge> first = candidates.stream().filter(judge -> reads(judge, question)).findFirst();
    return first.orElse(null);
  }

  private static boolean reads(Judge judge, Question question) {
    try {
      return judge.reads(question);
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("judge {} version {} failed on a gold", judge.name(), judge.version(), e);
      return false;
    }
  }

  private static Verdict unjudged(Reason reason, String why) {
    return new Verdict(Decision.ERROR, reason, 0, why, Guards.NAME, Guards.VERSION, false);
  }

  private List<Judge> list(String key, String names) {
    List<Judge> judges = new ArrayList<>();
    for (String name : names.split(",", -1)) {
      Judge judge = byName.get(name.strip());
      if (judge == null) {
        throw new IllegalArgumentException(
            "%s is '%s': there is no judge '%s'; known: %s"
                .formatted(key, names, name.strip(), String.join(", ", byName.keySet())));
      }
      judges.add(judge);
    }
    return List.copyOf(judges);
  }

  private static Judge make(String name, String type, JudgeTools tools) {
    try {
      Class<?> found = Class.forName(type);
      for (Constructor<?> constructor : found.getConstructors()) {
        Class<?>[] wants = constructor.getParameterTypes();
        boolean none = wants.length == 0;
        boolean itsTools = wants.length == 1 && wants[0] == JudgeTools.class;
        if (none || itsTools) {
          Object made = none ? constructor.newInstance() : constructor.newInstance(tools);
          if (made instanceof Judge judge && judge.name().equals(name)) {
            return judge;
          }
        }
      }
      throw new IllegalArgumentException(
          "judges.classes.%s is %s: expected a Judge with that name and a public constructor without parameters or with JudgeTools"
              .formatted(name, type));
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "judges.classes.%s is %s, which cannot be made: %s".formatted(name, type, e), e);
    }
  }
}
