package dev.alluvium.cli.process;

import java.nio.file.Path;
import java.util.List;

/** A supervisor to be killed: starts a broker child in the directory it is given, and waits. */
public final class SupervisorFixture {
  private SupervisorFixture() {}

  /** Says the child's process id once the child is ready. */
  public static void main(String[] args) throws InterruptedException {
    Path directory = Path.of(args[0]);
    ChildProcess child =
        ChildProcess.start(
            "broker",
            directory,
            List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"),
            List.of("broker", "--port", "0", "--data", directory.resolve("data").toString()));
    while (child.said("bootstrap=").isEmpty()) {
      child.requireAlive();
      Thread.onSpinWait();
    }
    System.out.println("child=" + child.pid());
    Thread.currentThread().join();
  }
}
