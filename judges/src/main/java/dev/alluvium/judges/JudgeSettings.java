package dev.alluvium.judges;

import dev.alluvium.judges.sandbox.SandboxLimits;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which judges there are and who is asked.
 *
 * @param classes class of each judge by its name; extends and replaces the built-in ones
 * @param skills judges of each skill in order, separated by commas; the first that can read gold
 *     judges
 * @param fallback judges of every other skill, likewise
 * @param sandbox what judged code may use
 */
public record JudgeSettings(
    Map<String, String> classes, Map<String, String> skills, String fallback, Limits sandbox) {
  /** The judges that come with the program. A new one is one class, one line here or in a file. */
  private static final Map<String, String> BUILT_IN = builtIn();

  private static final long MIB = 1L << 20;

  /**
   * Limits of judged code.
   *
   * @param wallTime longest run
   * @param cpuTime processor time of one process, in whole seconds
   * @param memoryMiB memory of all processes together
   * @param processes processes and threads at a time
   */
  public record Limits(Duration wallTime, Duration cpuTime, int memoryMiB, int processes) {
    /** Refuses what allows nothing. */
    public Limits {
      if (wallTime.toMillis() < 100) {
        throw new IllegalArgumentException(
            "judges.sandbox.wallTime is %s: expected 100ms or more".formatted(wallTime));
      }
      if (cpuTime.toSeconds() < 1) {
        throw new IllegalArgumentException(
            "judges.sandbox.cpuTime is %s: expected 1s or more".formatted(cpuTime));
      }
      if (memoryMiB < 64) {
        throw new IllegalArgumentException(
            "judges.sandbox.memoryMiB is %d: expected 64 or more".formatted(memoryMiB));
      }
      if (processes < 8) {
        throw new IllegalArgumentException(
            "judges.sandbox.processes is %d: expected 8 or more".formatted(processes));
      }
    }

    /** As the sandbox takes them. */
    public SandboxLimits toSandbox() {
      SandboxLimits base = SandboxLimits.DEFAULT;
      return new SandboxLimits(
          wallTime,
          cpuTime,
          2L * memoryMiB * MIB,
          memoryMiB * MIB,
          processes,
          base.fileBytes(),
          base.outputBytes());
    }
  }

  /** Keeps copies. */
  public JudgeSettings {
    classes = Map.copyOf(classes);
    skills = Map.copyOf(skills);
    if (fallback.isBlank()) {
      throw new IllegalArgumentException(
          "judges.fallback is empty: expected names of judges, separated by commas");
    }
  }

  /** The order that fits golds of any shape: from the strictest reading to the loosest. */
  public static final String BY_SHAPE = "tests,choice,yesno,number,span,similarity";

  /** Settings of a program that says nothing about judges. */
  public static final JudgeSettings DEFAULT =
      new JudgeSettings(
          Map.of(),
          Map.of(),
          BY_SHAPE,
          new Limits(Duration.ofSeconds(30), Duration.ofSeconds(10), 512, 32));

  /** Built-in and added classes by name. */
  Map<String, String> allClasses() {
    Map<String, String> all = new LinkedHashMap<>(BUILT_IN);
    all.putAll(classes);
    return all;
  }

  private static Map<String, String> builtIn() {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("tests", "dev.alluvium.judges.code.TestsJudge");
    names.put("choice", "dev.alluvium.judges.choice.ChoiceJudge");
    names.put("yesno", "dev.alluvium.judges.polar.PolarJudge");
    names.put("number", "dev.alluvium.judges.number.NumberJudge");
    names.put("span", "dev.alluvium.judges.span.SpanJudge");
    names.put("model", "dev.alluvium.judges.model.ModelJudge");
    names.put("similarity", "dev.alluvium.judges.similarity.SimilarityJudge");
    names.put("suite", "dev.alluvium.judges.suite.SuiteJudge");
    return names;
  }
}
