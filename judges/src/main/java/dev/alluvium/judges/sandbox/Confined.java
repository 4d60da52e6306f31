package dev.alluvium.judges.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A program in the sandbox. Its limits are kept by a thread of its own; closing it ends it and
 * everything it started.
 */
public final class Confined implements AutoCloseable {
  private static final int KEPT_STDERR = 4096;
  private static final int POLL_MILLIS = 20;

  /** 128 + SIGKILL and 128 + SIGXCPU: how bubblewrap reports the processor limit. */
  private static final int KILLED = 137;

  private static final int CPU_EXCEEDED = 152;

  private final Process process;
  private final SandboxLimits limits;
  private final long deadline;
  private final StringBuilder stderr = new StringBuilder();
  private volatile Ending.Cause cause = Ending.Cause.ITSELF;
  private final Thread reader;
  private final Thread watch;

  Confined(Process process, SandboxLimits limits) {
    this.process = process;
    this.limits = limits;
    this.deadline = System.nanoTime() + limits.wall().toNanos();
    this.reader = daemon("sandbox-stderr", this::readErrors);
    this.watch = daemon("sandbox-watch", this::watch);
  }

  private static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Where the program reads. */
  public OutputStream input() {
    return process.getOutputStream();
  }

  /** What the program writes; unbounded, so the caller sets a limit. */
  public InputStream output() {
    return process.getInputStream();
  }

  /** Ends the program for a reason of the caller, unless it has ended already. */
  public synchronized void stop(Ending.Cause why) {
    if (process.isAlive() && cause == Ending.Cause.ITSELF) {
      cause = why;
      kill();
    }
  }

  /** Waits until the program has ended, which its limits make sure of. */
  public Ending await() {
    boolean interrupted = false;
    while (true) {
      try {
        process.waitFor();
        reader.join(TimeUnit.SECONDS.toMillis(1));
        break;
      } catch (InterruptedException e) {
        interrupted = true;
        stop(Ending.Cause.CALLER);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    int code = process.exitValue();
    Ending.Cause why = cause;
    if (why == Ending.Cause.ITSELF && (code == KILLED || code == CPU_EXCEEDED)) {
      why = Ending.Cause.CPU_TIME;
    }
    synchronized (stderr) {
      return new Ending(why, code, stderr.toString());
    }
  }

  @Override
  public void close() {
    stop(Ending.Cause.CALLER);
    await();
    watch.interrupt();
  }

  /** Killing bubblewrap ends the process namespace, and with it every process in it. */
  private void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private void watch() {
    try {
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        if (System.nanoTime() - deadline >= 0) {
          stop(Ending.Cause.WALL_TIME);
        } else if (Memory.ofTree(process.toHandle()) > limits.memory()) {
          stop(Ending.Cause.MEMORY);
        }
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
  }

  /** Keeps the last of it, and ends a program that floods. */
  private void readErrors() {
    byte[] buffer = new byte[8192];
    long total = 0;
    try (InputStream in = process.getErrorStream()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        total += n;
        synchronized (stderr) {
          stderr.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
          if (stderr.length() > KEPT_STDERR) {
            stderr.delete(0, stderr.length() - KEPT_STDERR);
          }
        }
        if (total > limits.outputBytes()) {
          stop(Ending.Cause.OUTPUT);
        }
      }
    } catch (IOException e) {
      synchronized (stderr) {
        stderr.append("[stderr broke off: ").append(e.getMessage()).append(']');
      }
    }
  }
}
