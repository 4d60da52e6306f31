package dev.alluvium.judges.code;

import dev.alluvium.judges.Decision;
import dev.alluvium.judges.Question;
import dev.alluvium.judges.Reason;
import dev.alluvium.judges.sandbox.Confined;
import dev.alluvium.judges.sandbox.Ending;
import dev.alluvium.judges.sandbox.Sandbox;
import dev.alluvium.judges.sandbox.SandboxLimits;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs Java unit tests: the judged classes and the tests' class {@code Main} in one source and one
 * process, as MBXP does it (arXiv 2210.14868). A secret that only the runner knows, printed after
 * {@code Main.main} returned, is what counts, so that neither {@code System.exit} nor output
 * passes. Weaker than {@link PythonTests}: code that searches its own process's memory could find
 * the secret.
 */
final class JavaTests {
  private static final String RUNNER = Sources.read("Runner.java.txt");
  private static final int SECRET_BYTES = 24;
  private static final long MAX_OUTPUT = 1 << 16;
  private static final long MIB = 1L << 20;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Pattern DECLARED =
      Pattern.compile("\\b(?:class|interface|enum|record)\\s+([A-Za-z_$][\\w$]*)");
  private static final Pattern WORD = Pattern.compile("[A-Za-z_$][\\w$]*");

  private final Sandbox sandbox;
  private final Path home;

  JavaTests(Sandbox sandbox) {
    this(sandbox, Path.of(System.getProperty("java.home")));
  }

  JavaTests(Sandbox sandbox, Path home) {
    this.sandbox = sandbox;
    this.home = home;
  }

  TestOutcome run(Question question, List<String> readings) {
    List<String> tests = question.code().sources();
    if (!Files.isExecutable(home.resolve("bin/javac"))) {
      return TestOutcome.error(
          Reason.JUDGE_FAILED, tests.size(), home + " has no compiler: Java tests need a JDK");
    }
    String code = readings.get(0);
    for (String reading : readings) {
      if (declared(reading).size() > declared(code).size()) {
        code = reading;
      }
    }
    String replaced = replacesWhatTestsUse(code, question);
    if (!replaced.isEmpty()) {
      return TestOutcome.rejected(
          Reason.BROKEN_CODE,
          tests.size(),
          "declares %s, which the tests use and gold does not declare".formatted(replaced));
    }
    return execute(code + "\n" + String.join("\n", tests), tests.size());
  }

  /** A class of the judged code hides one of the same name in java.lang or java.util. */
  private static String replacesWhatTestsUse(String code, Question question) {
    Set<String> own = declared(code);
    CodeText.readings(question.gold()).forEach(gold -> own.removeAll(declared(gold)));
    Set<String> used = new LinkedHashSet<>();
    for (String test : question.code().sources()) {
      Matcher words = WORD.matcher(test);
      while (words.find()) {
        used.add(words.group());
      }
    }
    own.retainAll(used);
    return String.join(", ", own);
  }

  private static Set<String> declared(String source) {
    Set<String> names = new LinkedHashSet<>();
    Matcher found = DECLARED.matcher(source);
    while (found.find()) {
      names.add(found.group(1));
    }
    return names;
  }

  private TestOutcome execute(String source, int total) {
    byte[] random = new byte[SECRET_BYTES];
    RANDOM.nextBytes(random);
    String secret = HexFormat.of().formatHex(random);
    byte[] runner = RUNNER.getBytes(StandardCharsets.UTF_8);
    String script =
        "head -c %d > /tmp/Runner.java && exec '%s' %s /tmp/Runner.java"
            .formatted(runner.length, home.resolve("bin/java"), String.join(" ", options()));
    SandboxLimits limits = sandbox.limits();
    // A Java process reserves far more addresses than it uses, and threads count as processes.
    SandboxLimits roomy =
        limits.sized(
            Math.max(limits.addressSpace(), 8192 * MIB),
            Math.max(limits.memory(), 768 * MIB),
            Math.max(limits.processes(), 64));
    try (Confined confined = sandbox.start(List.of("/bin/sh", "-c", script), readable(), roomy)) {
      try (OutputStream in = confined.input()) {
        in.write(runner);
        in.write((secret + "\n" + source).getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        return startFailed(confined.await(), total);
      }
      return outcome(confined, secret, total);
    }
  }

  private static List<String> options() {
    return List.of(
        "-Xmx256m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:ReservedCodeCacheSize=64m",
        "-XX:CompressedClassSpaceSize=64m",
        "-Xshare:auto",
        // No heap dumps, no attaching, no raw memory.
        "--limit-modules=java.base,java.compiler,jdk.compiler");
  }

  /** The JDK, and the configuration that distributions keep outside it. */
  private List<Path> readable() {
    Set<Path> paths = new LinkedHashSet<>();
    paths.add(home);
    for (String file : List.of("conf/security/java.security", "conf/logging.properties")) {
      try {
        Path real = home.resolve(file).toRealPath();
        if (!real.startsWith(home) && !real.startsWith("/usr")) {
          Path parent = real.getParent();
          paths.add(parent == null ? real : parent);
        }
      } catch (IOException e) {
        // Not every JDK has every file; Java says itself what it misses.
        continue;
      }
    }
    return List.copyOf(paths);
  }

  private static TestOutcome outcome(Confined confined, String secret, int total) {
    String said = "";
    try {
      LineReader lines = new LineReader(confined.output(), MAX_OUTPUT);
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        String text = new String(line, StandardCharsets.UTF_8);
        if (text.startsWith(secret + " ")) {
          said = text.substring(secret.length() + 1).strip();
          break;
        }
      }
    } catch (IOException e) {
      confined.stop(Ending.Cause.OUTPUT);
    }
    if (said.isEmpty()) {
      return TestOutcome.ended(confined.await(), 0, total);
    }
    String detail = said.substring(said.indexOf(' ') + 1);
    if (said.equals("passed")) {
      return new TestOutcome(
          Decision.ACCEPTED, Reason.TESTS_PASSED, total, total, "all tests passed");
    }
    if (said.startsWith("broken ")) {
      return TestOutcome.rejected(Reason.BROKEN_CODE, total, detail);
    }
    return said.startsWith("error ")
        ? TestOutcome.error(Reason.BAD_GOLD, total, detail)
        : TestOutcome.rejected(Reason.TEST_FAILED, total, detail);
  }

  private static TestOutcome startFailed(Ending ending, int total) {
    return TestOutcome.error(
        Reason.JUDGE_FAILED,
        total,
        "Java did not start in the sandbox (exit %d): %s"
            .formatted(ending.exitCode(), ending.stderr().strip()));
  }
}
