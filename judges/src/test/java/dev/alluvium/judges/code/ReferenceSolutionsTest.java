package dev.alluvium.judges.code;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.judges.Attempt;
import dev.alluvium.judges.Case;
import dev.alluvium.judges.CaseReader;
import dev.alluvium.judges.Decision;
import dev.alluvium.judges.JudgeTools;
import dev.alluvium.judges.Verdict;
import dev.alluvium.judges.sandbox.Confined;
import dev.alluvium.judges.sandbox.Sandbox;
import dev.alluvium.judges.sandbox.SandboxLimits;
import dev.alluvium.judges.sandbox.WorkingSandbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * MBPP's reference solutions pass, and mutants of them pass exactly when they pass as one script
 * with their tests. A small part of the pairs in data/ (MBPP, Austin et al. 2021, CC-BY-4.0);
 * docs/judges.md says how all of MBPP and HumanEval are judged.
 */
class ReferenceSolutionsTest {
  private static final Path PAIRS = Path.of("..", "data", "pairs", "code.jsonl");
  private static final SandboxLimits LIMITS =
      SandboxLimits.DEFAULT.within(Duration.ofSeconds(20), Duration.ofSeconds(3));
  private static final int SOLUTIONS = 16;
  private static final int MUTANTS = 24;

  /** Operator flips, off by one, swapped branches. */
  private static final String[][] FLIPS = {
    {" + ", " - "},
    {" - ", " + "},
    {" * ", " + "},
    {"<=", "<"},
    {" < ", " <= "},
    {">=", ">"},
    {" == ", " != "},
    {" and ", " or "},
    {"[0]", "[1]"},
    {"range(1", "range(2"},
    {"+1", "+2"},
    {"if ", "if not "},
    {"else:", "elif False:"},
    {"return ", "return None and "}
  };

  private static Sandbox sandbox;

  private final TestsJudge judge = new TestsJudge(new JudgeTools(LIMITS));

  @BeforeAll
  static void open() {
    sandbox = WorkingSandbox.open(LIMITS);
  }

  private static List<Case> pairs() throws IOException {
    JsonMapper json = JsonMapper.builder().build();
    List<Case> cases = new ArrayList<>();
    try (Stream<String> lines = Files.lines(PAIRS)) {
      for (String line : lines.toList()) {
        ObjectNode pair = (ObjectNode) json.readTree(line);
        if (pair.has("tests") && cases.size() < SOLUTIONS) {
          cases.add(CaseReader.read(pair.put("answer_text", pair.path("response").asText())));
        }
      }
    }
    return cases;
  }

  @Test
  void referenceSolutionsPass() throws IOException {
    List<Case> cases = pairs();

    assertThat(cases).hasSize(SOLUTIONS);
    for (Case one : cases) {
      Verdict verdict = judge.judge(one.question(), one.attempt());
      assertThat(verdict.decision()).as("%s: %s", one.id(), verdict).isEqualTo(Decision.ACCEPTED);
    }
  }

  @Test
  void mutantsPassExactlyWhenTheyPassDirectly() throws IOException {
    int judged = 0;
    int rejected = 0;
    for (Case one : pairs()) {
      int ofThis = 0;
      for (String[] flip : FLIPS) {
        String code = one.question().gold();
        int at = code.lastIndexOf(flip[0]);
        if (at < 0 || ofThis == 2 || judged == MUTANTS) {
          continue;
        }
        String mutant = code.substring(0, at) + flip[1] + code.substring(at + flip[0].length());
        Verdict verdict = judge.judge(one.question(), Attempt.answer(mutant));
        boolean direct = passesDirectly(mutant, one.question().code().sources());
        assertThat(verdict.accepted())
            .as("%s, %s for %s: %s", one.id(), flip[1], flip[0], verdict)
            .isEqualTo(direct);
        judged++;
        ofThis++;
        rejected += direct ? 0 : 1;
      }
    }
    assertThat(judged).isEqualTo(MUTANTS);
    assertThat(rejected).isGreaterThan(MUTANTS / 2);
  }

  /** One script, one process: exit status 0 is a pass. */
  private static boolean passesDirectly(String code, List<String> tests) throws IOException {
    String script = code + "\n" + String.join("\n", tests) + "\nprint('all passed')\n";
    try (Confined confined =
        sandbox.start(List.of("/usr/bin/python3", "-S", "-c", script), List.of(), LIMITS)) {
      confined.input().close();
      String said = new String(confined.output().readNBytes(1 << 16), StandardCharsets.UTF_8);
      return confined.await().exitCode() == 0 && said.strip().endsWith("all passed");
    }
  }
}
