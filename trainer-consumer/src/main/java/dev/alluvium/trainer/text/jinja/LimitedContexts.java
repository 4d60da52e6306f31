package dev.alluvium.trainer.text.jinja;

import java.time.Duration;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.ContextFactory;

/** Runs scripts as compiled classes and stops those that do not end. */
final class LimitedContexts extends ContextFactory {
  /** Rendering takes milliseconds; what takes this long will not end. */
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private static final int INSTRUCTIONS_BETWEEN_LOOKS = 100_000;

  /** Stops a script; an Error, because scripts can catch exceptions. */
  static final class TimeUp extends Error {
    private static final long serialVersionUID = 1L;

    TimeUp() {
      super("it does not end: stopped after " + LONGEST.toSeconds() + " seconds");
    }
  }

  private long deadline = Long.MAX_VALUE;

  /** The time begins. */
  void start() {
    deadline = System.nanoTime() + LONGEST.toNanos();
  }

  @Override
  protected Context makeContext() {
    Context context = super.makeContext();
    context.setLanguageVersion(Context.VERSION_ES6);
    context.setInterpretedMode(false);
    context.setGenerateObserverCount(true);
    context.setInstructionObserverThreshold(INSTRUCTIONS_BETWEEN_LOOKS);
    return context;
  }

  @Override
  protected void observeInstructionCount(Context context, int instructions) {
    if (deadline != Long.MAX_VALUE && System.nanoTime() - deadline > 0) {
      throw new TimeUp();
    }
  }
}
