package dev.alluvium.judges.code;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.judges.CodeTests;
import dev.alluvium.judges.Decision;
import dev.alluvium.judges.Question;
import dev.alluvium.judges.Reason;
import dev.alluvium.judges.sandbox.Confined;
import dev.alluvium.judges.sandbox.Ending;
import dev.alluvium.judges.sandbox.Sandbox;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs Python unit tests. The tests and the judged code run in two sandboxes that share nothing but
 * this process, which carries calls and plain values between them: the code never sees the tests or
 * the values they expect, cannot reach the comparison, and cannot say how the tests went.
 */
final class PythonTests {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String WIRE = Sources.read("wire.py");
  private static final String CANDIDATE = WIRE + "\n\n" + Sources.read("candidate.py");
  private static final String TESTS = WIRE + "\n\n" + Sources.read("tests.py");
  private static final long MAX_TALK = 64L << 20;

  private final Sandbox sandbox;

  PythonTests(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  TestOutcome run(Question question, List<String> readings) {
    int total = question.code().sources().size();
    try (Confined code = start(CANDIDATE);
        Confined tests = start(TESTS)) {
      return new Talk(code, tests, total)
          .run(order(question), readingsWithContext(question, readings));
    }
  }

  private Confined start(String source) {
    return sandbox.start(
        List.of("/usr/bin/python3", "-S", "-s", "-B", "-c", source), List.of(), sandbox.limits());
  }

  /**
   * A prompt that begins the code, as HumanEval's do, is put before it: an answer may be only the
   * body, or leave out the prompt's imports and helpers.
   */
  private static List<String> readingsWithContext(Question question, List<String> readings) {
    String context = question.context();
    if (context == null || !(context.contains("def ") || context.contains("import "))) {
      return readings;
    }
    Set<String> all = new LinkedHashSet<>();
    for (String reading : readings) {
      all.add(context + "\n" + reading);
      all.add(reading);
    }
    return List.copyOf(all);
  }

  private static ObjectNode order(Question question) {
    CodeTests code = question.code();
    ObjectNode order = JSON.createObjectNode();
    code.sources().forEach(order.putArray("tests")::add);
    List<String> gold = new ArrayList<>(CodeText.readings(question.gold()));
    if (question.context() != null) {
      gold.add(question.context());
    }
    gold.forEach(order.putArray("gold")::add);
    return order.put("entry", code.entryPoint());
  }

  /** One run: this thread carries what the tests say, another what the code says. */
  private static final class Talk {
    private final Confined code;
    private final Confined tests;
    private final int total;
    private volatile @Nullable String flood;

    Talk(Confined code, Confined tests, int total) {
      this.code = code;
      this.tests = tests;
      this.total = total;
    }

    TestOutcome run(ObjectNode order, List<String> readings) {
      LineReader fromCode = new LineReader(code.output(), MAX_TALK);
      LineReader fromTests = new LineReader(tests.output(), MAX_TALK);
      try {
        ObjectNode texts = JSON.createObjectNode();
        readings.forEach(texts.putArray("readings")::add);
        send(code.input(), texts);
        if (fromCode.next() == null) {
          return startFailed("code", code);
        }
        send(tests.input(), order);
      } catch (IOException e) {
        return startFailed("tests", tests);
      }
      Thread back = new Thread(() -> carryBack(fromCode), "sandbox-talk");
      back.setDaemon(true);
      back.start();
      JsonNode said = carryUntilVerdict(fromTests);
      return said == null ? silence() : outcome(said);
    }

    private TestOutcome startFailed(String which, Confined confined) {
      confined.stop(Ending.Cause.CALLER);
      Ending ending = confined.await();
      return TestOutcome.error(
          Reason.JUDGE_FAILED,
          total,
          "the process of the %s did not start (exit %d): %s"
              .formatted(which, ending.exitCode(), ending.stderr().strip()));
    }

    private @Nullable JsonNode carryUntilVerdict(LineReader fromTests) {
      try {
        for (byte[] line = fromTests.next(); line != null; line = fromTests.next()) {
          if (startsWith(line, "{\"verdict\"")) {
            return JSON.readTree(line);
          }
          deliver(code.input(), line);
        }
      } catch (IOException e) {
        flood = e.getMessage();
      }
      return null;
    }

    /** A line the code cannot take any more is no failure: its silence is what the tests meet. */
    private static void deliver(OutputStream to, byte[] line) {
      try {
        to.write(line);
        to.flush();
      } catch (IOException e) {
        close(to);
      }
    }

    private void carryBack(LineReader fromCode) {
      try {
        for (byte[] line = fromCode.next(); line != null; line = fromCode.next()) {
          deliver(tests.input(), line);
        }
      } catch (IOException e) {
        flood = e.getMessage();
        code.stop(Ending.Cause.OUTPUT);
      }
      close(tests.input());
    }

    private static void close(OutputStream stream) {
      try {
        stream.close();
      } catch (IOException e) {
        // The reader has ended already; there is nobody left to tell.
        return;
      }
    }

    private TestOutcome outcome(JsonNode said) {
      int passed = said.path("passed").asInt();
      String why = said.path("why").asText();
      return switch (said.path("verdict").asText()) {
        case "passed" ->
            new TestOutcome(
                Decision.ACCEPTED, Reason.TESTS_PASSED, passed, total, "all tests passed");
        case "failed" -> new TestOutcome(Decision.REJECTED, Reason.TEST_FAILED, passed, total, why);
        case "unreadable" -> TestOutcome.rejected(Reason.NO_CODE, total, why);
        case "broken" -> TestOutcome.rejected(Reason.BROKEN_CODE, total, why);
        case "ended" -> TestOutcome.ended(code.await(), passed, total);
        default -> TestOutcome.error(Reason.BAD_GOLD, total, why);
      };
    }

    /** The tests' process ended without a word: because of the code it waited for, or by itself. */
    private TestOutcome silence() {
      Ending ending = tests.await();
      if (ending.cause() == Ending.Cause.WALL_TIME || ending.cause() == Ending.Cause.CPU_TIME) {
        return TestOutcome.ended(ending, 0, total);
      }
      String talk = flood;
      if (talk != null) {
        return TestOutcome.rejected(Reason.OUTPUT, total, talk);
      }
      return TestOutcome.error(
          Reason.JUDGE_FAILED,
          total,
          "the process of the tests ended (%s, exit %d): %s"
              .formatted(ending.cause(), ending.exitCode(), ending.stderr().strip()));
    }

    private static void send(OutputStream to, ObjectNode message) throws IOException {
      to.write(bytes(message));
      to.write('\n');
      to.flush();
    }

    private static byte[] bytes(ObjectNode message) {
      try {
        return JSON.writeValueAsString(message).getBytes(StandardCharsets.UTF_8);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("plain text can always be written as JSON", e);
      }
    }

    private static boolean startsWith(byte[] line, String start) {
      return line.length >= start.length()
          && new String(line, 0, start.length(), StandardCharsets.ISO_8859_1).equals(start);
    }
  }
}
