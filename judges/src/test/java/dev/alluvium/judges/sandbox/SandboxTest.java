package dev.alluvium.judges.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.judges.JudgeSettings.Limits;
import dev.alluvium.judges.sandbox.Ending.Cause;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that try to do harm do none, and end in time. */
class SandboxTest {
  private static final SandboxLimits TIGHT =
      SandboxLimits.DEFAULT.within(Duration.ofSeconds(20), Duration.ofSeconds(2));
  private static final Duration TEN = Duration.ofSeconds(10);
  private static Sandbox sandbox;

  @TempDir private Path directory;

  private record Run(String said, Ending ending) {}

  @BeforeAll
  static void open() {
    sandbox = WorkingSandbox.open(TIGHT);
  }

  private static Run python(SandboxLimits limits, String source) throws IOException {
    try (Confined confined =
        sandbox.start(List.of("/usr/bin/python3", "-S", "-c", source), List.of(), limits)) {
      confined.input().close();
      String said = new String(confined.output().readNBytes(100_000), StandardCharsets.UTF_8);
      return new Run(said.strip(), confined.await());
    }
  }

  private static Run python(String source) throws IOException {
    return python(TIGHT, source);
  }

  @Test
  void anOrdinaryProgramRuns() throws IOException {
    Run run = python("print(6 * 7)");

    assertThat(run.said).isEqualTo("42");
    assertThat(run.ending.cause()).isEqualTo(Cause.ITSELF);
    assertThat(run.ending.exitCode()).isZero();
  }

  @Test
  void anEndlessLoopIsEnded() throws IOException {
    assertThat(python("while True: pass").ending.cause()).isEqualTo(Cause.CPU_TIME);
  }

  @Test
  void aSleeperIsEndedByTheClock() throws IOException {
    SandboxLimits brief = new Limits(Duration.ofSeconds(2), TEN, 512, 32).toSandbox();
    Instant begin = Instant.now();

    assertThat(python(brief, "import time; time.sleep(60)").ending.cause())
        .isEqualTo(Cause.WALL_TIME);
    assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void aLoopThatHasLessProcessorTimeThanTimeIsEndedByThat() throws IOException {
    SandboxLimits brief =
        new Limits(Duration.ofMinutes(1), Duration.ofSeconds(2), 512, 32).toSandbox();

    assertThat(python(brief, "while True: pass").ending.cause()).isEqualTo(Cause.CPU_TIME);
    SandboxLimits swift = new Limits(Duration.ofSeconds(2), TEN, 512, 32).toSandbox();
    assertThat(python(swift, "while True: pass").ending.cause()).isEqualTo(Cause.WALL_TIME);
  }

  @Test
  void aForkBombIsStoppedAtTheLimitAndLeavesNothingBehind() throws IOException {
    Set<Long> before = pythons();
    String bomb =
        """
        import os, time
        made = 0
        try:
            for _ in range(500):
                if os.fork() == 0:
                    time.sleep(60)
                    os._exit(0)
                made += 1
        except OSError:
            print("stopped", made < 40, flush=True)
        os._exit(0)
        """;

    assertThat(python(bomb).said).isEqualTo("stopped True");
    SandboxLimits few = new Limits(TEN, TEN, 512, 12).toSandbox();
    assertThat(python(few, bomb.replace("made < 40", "made < 12")).said).isEqualTo("stopped True");
    Set<Long> after = pythons();
    after.removeAll(before);
    assertThat(after).isEmpty();
  }

  private static Set<Long> pythons() {
    return ProcessHandle.current()
        .descendants()
        .map(ProcessHandle::pid)
        .collect(Collectors.toSet());
  }

  @Test
  void aMemoryBombFails() throws IOException {
    Run run = python("print('before'); x = bytearray(8 << 30); print('after')");

    assertThat(run.said).isEqualTo("before");
    assertThat(run.ending.stderr()).contains("MemoryError");
  }

  @Test
  void manyProcessesTogetherMayNotTakeWhatOneMayNot() throws IOException {
    SandboxLimits small = new Limits(TEN.multipliedBy(2), TEN, 128, 16).toSandbox();
    String bomb =
        """
        import os, time
        for _ in range(5):
            if os.fork() == 0:
                x = b"x" * (60 << 20)
                time.sleep(30)
        time.sleep(30)
        """;

    assertThat(python(small, bomb).ending.cause()).isEqualTo(Cause.MEMORY);
  }

  @Test
  void filesOfTheMachineCanBeNeitherReadNorWritten() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret.txt"), "secret");
    String escape =
        """
        import os
        for name in ["%s", "/etc/passwd", "/root", "/home", "/proc/1/environ"]:
            try:
                content = open(name).read()
                if content:
                    print(name, content)
            except OSError as e:
                pass
        for name in ["%s/new", "/new", "/usr/new", "/proc/new", "/dev/new", "/bin/new"]:
            try:
                open(name, "w")
                print("wrote", name)
            except OSError as e:
                pass
        open("/tmp/own", "w").write("x")
        print("done", os.listdir("/tmp"))
        """
            .formatted(secret, directory);

    assertThat(python(escape).said).isEqualTo("done ['own']");
    assertThat(directory).isDirectoryNotContaining(path -> path.endsWith("new"));
  }

  @Test
  void aLargeFileIsRefused() throws IOException {
    String flood =
        """
        try:
            with open("/tmp/a", "wb") as f:
                for _ in range(64):
                    f.write(b"x" * (1 << 20))
            print("wrote all")
        except OSError as e:
            print("refused")
        """;

    assertThat(python(flood).said).isEqualTo("refused");
  }

  @Test
  void theNetworkIsNotThere() throws IOException {
    String call =
        """
        import socket
        for kind, address in ((socket.SOCK_STREAM, ("1.1.1.1", 53)), (socket.SOCK_DGRAM, ("1.1.1.1", 53))):
            try:
                s = socket.socket(socket.AF_INET, kind)
                s.settimeout(3)
                s.connect(address)
                s.send(b"x")
                print("reached")
            except OSError as e:
                print(type(e).__name__)
        print(socket.if_nameindex())
        """;

    assertThat(python(call).said.lines())
        .doesNotContain("reached")
        .last()
        .asString()
        .contains("lo");
  }

  @Test
  void anOutputFloodIsEnded() throws IOException {
    Run run = python("import sys\nwhile True: sys.stderr.write('x' * 100000)");

    assertThat(run.ending.cause()).isEqualTo(Cause.OUTPUT);
    assertThat(run.ending.stderr().length()).isLessThanOrEqualTo(8192);
  }

  @Test
  void noNewUserNamespaceAndNoPrivileges() throws IOException {
    String tricks =
        """
        import os, ctypes
        libc = ctypes.CDLL(None)
        print(libc.unshare(0x10000000), libc.mount(b"x", b"/tmp", b"tmpfs", 0, None))
        print([l.split()[1] for l in open("/proc/self/status") if l.startswith("CapEff")])
        """;

    assertThat(python(tricks).said.lines()).containsExactly("-1 -1", "['0000000000000000']");
  }

  @Test
  void variablesOfTheCallerAreNotPassedOn() throws IOException {
    assertThat(python("import os; print(sorted(os.environ))").said)
        .isEqualTo("['HOME', 'LANG', 'PATH', 'PWD', 'PYTHONHASHSEED']");
  }
}
