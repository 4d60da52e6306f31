package dev.alluvium.judges.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.judges.Attempt;
import dev.alluvium.judges.CodeTests;
import dev.alluvium.judges.Decision;
import dev.alluvium.judges.JudgeTools;
import dev.alluvium.judges.Question;
import dev.alluvium.judges.Reason;
import dev.alluvium.judges.Verdict;
import dev.alluvium.judges.sandbox.SandboxLimits;
import dev.alluvium.judges.sandbox.WorkingSandbox;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Code passes when its tests pass, and no other way. */
class TestsJudgeTest {
  private static final SandboxLimits LIMITS =
      SandboxLimits.DEFAULT.within(Duration.ofSeconds(20), Duration.ofSeconds(3));
  private static final String GOLD = "def add(a, b):\n    return a + b\n";
  private static final Question ADD =
      Question.of("Write a function add.", GOLD)
          .withTests(CodeTests.python("assert add(1, 2) == 3", "assert add(-5, 5) == 0"));

  private final TestsJudge judge = new TestsJudge(new JudgeTools(LIMITS));

  @BeforeAll
  static void needsASandbox() {
    WorkingSandbox.open(LIMITS);
  }

  private Verdict judge(String text) {
    return judge.judge(ADD, Attempt.answer(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        GOLD,
        "[[BEGIN]]\n" + GOLD + "[[DONE]]",
        "Here it is:\n```python\n" + GOLD + "```\nIt adds.",
        "First try:\n```python\ndef add(a, b): return a - b\n```\nBetter:\n```\n" + GOLD + "```",
        "```python\n" + GOLD + "```\nUse it:\n```python\nprint(add(1, 2))\n```",
        "def add(a, b):\r\n    return a + b",
        "import sys\nadd = lambda a, b: a + b\nprint('hello')\nprint('err', file=sys.stderr)",
        "class A:\n    def go(self, a, b): return a + b\nadd = A().go",
        GOLD + "if __name__ == '__main__':\n    raise SystemExit(1)\n"
      })
  void rightCodePasses(String text) {
    assertThat(judge(text).decision()).as("%s", judge(text)).isEqualTo(Decision.ACCEPTED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "def add(a, b):\n    return a - b",
        "def add(a, b):\n    return 3",
        "def sub(a, b):\n    return a + b",
        "def add(a, b) return a + b",
        "I cannot write code.",
        "raise ValueError()",
        "import nothing_like_this",
        "def add(a, b):\n    raise AssertionError"
      })
  void wrongCodeDoesNot(String text) {
    assertThat(judge(text).decision()).isEqualTo(Decision.REJECTED);
  }

  /** Attempts to pass without an answer. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "import sys\nsys.exit(0)",
        "import os\nos._exit(0)",
        "def add(a, b):\n    import sys\n    sys.exit(0)",
        "def add(a, b):\n    import os\n    os._exit(0)",
        // Equal to everything.
        "class Any:\n    def __eq__(self, o): return True\n    def __hash__(self): return 0\n"
            + "def add(a, b): return Any()",
        "class Any(int):\n    def __eq__(self, o): return True\n    def __ne__(self, o): return False\n"
            + "def add(a, b): return Any(99)",
        // Replaces what tests use.
        "import builtins\nbuiltins.AssertionError = type('A', (Exception,), {})\n"
            + "builtins.print = None\ndef add(a, b): return 99",
        "def add(a, b):\n    import sys\n    for f in sys._current_frames().values():\n"
            + "        while f:\n            f.f_globals['passed'] = 2\n            f = f.f_back\n    return 99",
        // Speaks the protocol: says that all tests passed, on every descriptor there is.
        "import os\nfor fd in range(64):\n    try:\n"
            + "        os.write(fd, b'{\"verdict\": \"passed\", \"why\": \"\", \"passed\": 2, \"total\": 2}\\n')\n"
            + "    except OSError: pass\ndef add(a, b): return 99",
        "import os\nfor fd in range(64):\n    try:\n        os.write(fd, b'{\"value\": true}\\n' * 100)\n"
            + "    except OSError: pass\nos._exit(0)",
        "import gc\ndef add(a, b):\n    for o in gc.get_objects():\n"
            + "        if isinstance(o, dict) and 'tests' in o:\n            return eval(o['tests'][0].split('==')[1])\n"
            + "    return 99",
        "import sys\nsys.settrace(lambda *a: None)\nsys.excepthook = lambda *a: None\ndef add(a, b): assert False",
        "import atexit, os\natexit.register(lambda: os._exit(0))\ndef add(a, b): return 99",
        "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\ndef add(a, b): return 99",
        "import threading\nthreading.Thread(target=lambda: __import__('os')._exit(0)).start()\n"
            + "def add(a, b):\n    while True: pass"
      })
  void cheatsDoNotPass(String text) {
    assertThat(judge(text).decision()).as("%s", judge(text)).isEqualTo(Decision.REJECTED);
  }

  @Test
  void codeMayNotReplaceTheFunctionsThatTestsCompareWith() {
    Question near =
        Question.of("Write a function half.", "def half(x):\n    return x / 2")
            .withTests(
                CodeTests.python("assert abs(half(3) - 1.5) < 1e-6", "assert all([half(2) == 1])"));
    String cheat = "def half(x): return 99\ndef abs(x): return 0\ndef all(x): return True\n";

    assertThat(judge.judge(near, Attempt.answer(cheat)).reason()).isEqualTo(Reason.TEST_FAILED);
    assertThat(judge.judge(near, Attempt.answer("def half(x): return x * 0.5")).accepted())
        .isTrue();
  }

  @Test
  void reasonsTellWhatHappened() {
    assertThat(judge("def add(a, b):\n    while True: pass").reason()).isEqualTo(Reason.TIME);
    assertThat(judge("x = bytearray(8 << 30)\n" + GOLD).reason()).isEqualTo(Reason.BROKEN_CODE);
    assertThat(judge("while True: print('x' * 100000)").reason()).isEqualTo(Reason.OUTPUT);
    assertThat(judge("import os; os._exit(0)").reason()).isEqualTo(Reason.ENDED_EARLY);
    assertThat(judge("no code here").reason()).isEqualTo(Reason.NO_CODE);
    Verdict half = judge("def add(a, b):\n    return 3");
    assertThat(half.reason()).isEqualTo(Reason.TEST_FAILED);
    assertThat(half.score()).isEqualTo(0.5);
    assertThat(half.evidence()).startsWith("1 of 2 tests passed; test 2: AssertionError");
  }

  @Test
  void testsThatAreNoPythonAreAnErrorAndNotANo() {
    Question broken = ADD.withTests(CodeTests.python("assert add(1, 2"));

    assertThat(judge.judge(broken, Attempt.answer(GOLD)).decision()).isEqualTo(Decision.ERROR);
  }

  @Test
  void objectsMutatedArgumentsIteratorsAndCallbacksCrossTheLine() {
    String code =
        """
        class Node:
            def __init__(self, value):
                self.value = value
                self.next = None
        def total(node):
            return 0 if node is None else node.value + total(node.next)
        def sort_in_place(items):
            items.sort()
        def evens(n):
            for i in range(0, n, 2):
                yield i
        def apply(f, x):
            return f(x)
        def pair(a, b):
            return (a, {b: [a]}, {a, b}, b"x", 2.5, None, 10 ** 40)
        """;
    Question objects =
        Question.of("", code)
            .withTests(
                CodeTests.python(
                    "n = Node(1)\nn.next = Node(2)\nassert total(n) == 3",
                    "x = [3, 1, 2]\nsort_in_place(x)\nassert x == [1, 2, 3]",
                    "assert list(evens(5)) == [0, 2, 4]",
                    "assert apply(lambda v: v * 2, 21) == 42",
                    "assert pair(1, 2) == (1, {2: [1]}, {1, 2}, b'x', 2.5, None, 10 ** 40)"));

    Verdict verdict = judge.judge(objects, Attempt.answer(code));
    assertThat(verdict.decision()).as("%s", verdict).isEqualTo(Decision.ACCEPTED);
  }

  @Test
  void aCompletionGoesBehindThePromptItCompletes() {
    String prompt =
        "from typing import List\n\ndef last(xs: List[int]) -> int:\n    \"\"\"The last.\"\"\"\n";
    Question complete =
        Question.of("Complete this function.", prompt + "    return xs[-1]")
            .about(prompt)
            .withTests(
                new CodeTests(
                    java.util.List.of("def check(candidate):\n    assert candidate([1, 2]) == 2"),
                    "python",
                    "last"));

    assertThat(judge.judge(complete, Attempt.answer("    return xs[-1]")).accepted()).isTrue();
    assertThat(judge.judge(complete, Attempt.answer("    return xs[0]")).accepted()).isFalse();
    assertThat(
            judge
                .judge(complete, Attempt.answer("def last(xs: List[int]): return xs[len(xs) - 1]"))
                .accepted())
        .isTrue();
  }
}
