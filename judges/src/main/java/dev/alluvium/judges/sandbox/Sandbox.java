package dev.alluvium.judges.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs programs of strangers: without network, without the machine's files, with little memory,
 * time and output. It is tried out when it is opened, and fails closed: where it does not confine,
 * it does not run.
 */
public final class Sandbox {
  private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);
  private static final Duration TRIAL_TIME = Duration.ofSeconds(30);

  private final BubbleWrap bubbleWrap;
  private final SandboxLimits limits;

  private Sandbox(BubbleWrap bubbleWrap, SandboxLimits limits) {
    this.bubbleWrap = bubbleWrap;
    this.limits = limits;
  }

  /**
   * Opens the sandbox after proving, from inside, that it confines.
   *
   * @throws SandboxUnavailableException when it does not; says what failed and what to do
   */
  public static Sandbox open(SandboxLimits limits) {
    try {
      Sandbox sandbox = new Sandbox(BubbleWrap.find(), limits);
      sandbox.prove();
      return sandbox;
    } catch (SandboxUnavailableException e) {
      LOG.error("sandbox unavailable, no code will be run: {}", e.getMessage());
      throw e;
    }
  }

  /** Limits of programs that are started without their own. */
  public SandboxLimits limits() {
    return limits;
  }

  /**
   * Starts a program. The thread that starts it must live as long as the program: the kernel ends
   * the program with it.
   *
   * @param program program and arguments, as seen from inside
   * @param readable files and directories outside {@code /usr} that it may read
   * @throws SandboxUnavailableException when it cannot be started
   */
  public Confined start(List<String> program, List<Path> readable, SandboxLimits its) {
    ProcessBuilder builder = new ProcessBuilder(bubbleWrap.command(program, readable, its));
    // Bubblewrap clears the variables of the program, but stays beside it as process 1 with its
    // own,
    // which the program can read in /proc: the caller's secrets must not be there either.
    builder.environment().clear();
    try {
      return new Confined(builder.start(), its);
    } catch (IOException e) {
      throw new SandboxUnavailableException("bubblewrap cannot be started", e);
    }
  }

  private void prove() {
    SandboxLimits trial = limits.within(TRIAL_TIME, Duration.ofSeconds(10));
    List<String> program =
        List.of(
            "/usr/bin/python3", "-S", "-s", "-B", "-c", SelfTest.source(), "" + limits.processes());
    try (Confined confined = start(program, List.of(), trial);
        OutputStream in = confined.input();
        InputStream out = confined.output()) {
      in.close();
      String said =
          new String(out.readNBytes(4096), java.nio.charset.StandardCharsets.UTF_8).strip();
      Ending ending = confined.await();
      if (!said.equals(SelfTest.PASSED)) {
        throw new SandboxUnavailableException(
            "the sandbox does not confine here: %s (exit %d, %s). Needed: bubblewrap 0.8 or newer, python3 in /usr/bin, and a kernel that lets unprivileged users make user namespaces (sysctl kernel.unprivileged_userns_clone, user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns; in containers a seccomp profile that allows unshare and mount)"
                .formatted(
                    said.isEmpty() ? "its trial said nothing" : said,
                    ending.exitCode(),
                    ending.stderr().isBlank() ? "no message" : ending.stderr().strip()));
      }
    } catch (IOException e) {
      throw new SandboxUnavailableException("the trial of the sandbox cannot be read", e);
    }
  }
}
