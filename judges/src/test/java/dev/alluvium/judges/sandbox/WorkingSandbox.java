package dev.alluvium.judges.sandbox;

import static org.junit.jupiter.api.Assumptions.abort;

/**
 * The sandbox for tests. Where it does not work, tests are skipped with the reason in the report;
 * with {@code -Dsandbox.required=true}, as in CI, they fail instead.
 */
public final class WorkingSandbox {
  private WorkingSandbox() {}

  /** The sandbox with these limits, or the end of the test. */
  public static Sandbox open(SandboxLimits limits) {
    try {
      return Sandbox.open(limits);
    } catch (SandboxUnavailableException e) {
      if (Boolean.getBoolean("sandbox.required")) {
        throw e;
      }
      System.err.println("SKIPPED, because there is no sandbox here: " + e.getMessage());
      return abort("no sandbox here: " + e.getMessage());
    }
  }
}
