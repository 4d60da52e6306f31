package dev.alluvium.cli.demo;

import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.process.Children;
import dev.alluvium.cli.process.Lifetime;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Waits for one stage of a demo after the other: keeps reading reports, shows progress, and fails
 * plainly when a child ends or nothing moves any more.
 */
final class Stages {
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration STANDSTILL = Duration.ofMinutes(2);

  private final FlowWatch watch;
  private final Children children;
  private final Lifetime lifetime;
  private final Consumer<FlowState> show;
  private final Consumer<String> say;
  private long lastChanges = -1;
  private long lastMoved = System.nanoTime();

  /**
   * Stages of one demo.
   *
   * @param show told where the flow stands, several times a second
   * @param say told what people must know at once
   */
  Stages(
      FlowWatch watch,
      Children children,
      Lifetime lifetime,
      Consumer<FlowState> show,
      Consumer<String> say) {
    this.watch = watch;
    this.children = children;
    this.lifetime = lifetime;
    this.show = show;
    this.say = say;
  }

  /** Waits for a stage; its name says what is being waited for. */
  void await(String stage, BooleanSupplier done) {
    lastMoved = System.nanoTime();
    while (!done.getAsBoolean()) {
      look(stage, LOOK);
    }
  }

  /** One look at everything, reading reports for at most so long. */
  void look(String stage, Duration wait) {
    if (lifetime.isOver()) {
      say.accept("stopping while " + stage);
      throw new CommandFailure("stopped while " + stage);
    }
    children.requireAlive();
    watch.poll(wait);
    FlowState state = watch.state();
    show.accept(state);
    if (state.changes() != lastChanges) {
      lastChanges = state.changes();
      lastMoved = System.nanoTime();
    } else if (System.nanoTime() - lastMoved > STANDSTILL.toNanos()) {
      throw new CommandFailure(
          "nothing has moved for %d s while %s; the last lines of each process:%n%s"
              .formatted(STANDSTILL.toSeconds(), stage, children.lastLines()));
    }
  }

  /** Something moved that no report tells of. */
  void moved() {
    lastMoved = System.nanoTime();
  }
}
