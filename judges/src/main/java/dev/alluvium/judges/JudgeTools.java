package dev.alluvium.judges;

import dev.alluvium.judges.sandbox.Sandbox;
import dev.alluvium.judges.sandbox.SandboxLimits;
import dev.alluvium.judges.sandbox.SandboxUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * What a judge may need besides the texts: the sandbox, opened and proved when first asked for. One
 * that does not work is not tried again.
 */
public final class JudgeTools {
  private final SandboxLimits limits;
  private @Nullable Sandbox sandbox;
  private @Nullable SandboxUnavailableException failure;

  /** Tools whose sandbox has these limits. */
  public JudgeTools(SandboxLimits limits) {
    this.limits = limits;
  }

  /**
   * The sandbox.
   *
   * @throws SandboxUnavailableException when it does not work here
   */
  public synchronized Sandbox sandbox() {
    SandboxUnavailableException failed = failure;
    if (failed != null) {
      throw failed;
    }
    Sandbox open = sandbox;
    if (open == null) {
      try {
        open = Sandbox.open(limits);
      } catch (SandboxUnavailableException e) {
        failure = e;
        throw e;
      }
      sandbox = open;
    }
    return open;
  }
}
