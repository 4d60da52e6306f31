package dev.alluvium.cli.doctor;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.Failures;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.judges.sandbox.Sandbox;
import dev.alluvium.judges.sandbox.SandboxUnavailableException;
import dev.alluvium.schemas.topic.TopicProvisioner;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.model.torch.Processor;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The checks of the doctor. Each looks at one thing and changes nothing. */
final class Checks {
  private static final int OLDEST_JAVA = 17;
  private static final long GIB = 1L << 30;

  /** Checkpoints, state stores and logs of a small pipeline. */
  private static final long LEAST_SPACE = 2 * GIB;

  private Checks() {}

  static Finding java() {
    int version = Runtime.version().feature();
    String detail = "%d (%s)".formatted(version, System.getProperty("java.home"));
    return version >= OLDEST_JAVA
        ? Finding.good("java", detail)
        : Finding.bad("java", detail, "use Java 17 or newer");
  }

  /** The broker, and when it answers, the topics. */
  static List<Finding> cluster(AlluviumSettings settings) {
    return cluster(
        settings.cluster().bootstrapServers(),
        () -> Connection.check(settings.cluster()),
        () -> topics(Cluster.of(settings)));
  }

  /**
   * The same with the two questions given.
   *
   * @param brokers number of brokers; a {@link CommandFailure} when none answers
   * @param topics asked only when a broker answers
   */
  static List<Finding> cluster(String servers, IntSupplier brokers, Supplier<Finding> topics) {
    Finding broker;
    try {
      broker = Finding.good("broker", "%d at %s".formatted(brokers.getAsInt(), servers));
    } catch (CommandFailure e) {
      broker =
          Connection.isRefused(e)
              ? Finding.bad(
                  "broker",
                  Failures.message(e),
                  "correct kafka.security.protocol, kafka.sasl.* and kafka.ssl.*")
              : Finding.bad(
                  "broker",
                  "none answers at " + servers,
                  "start one with `alluvium broker`, or set kafka.bootstrap.servers");
    } catch (RuntimeException e) {
      broker = Finding.bad("broker", Failures.message(e), "correct the keys under kafka");
    }
    if (!broker.ok()) {
      return List.of(
          broker, Finding.bad("topics", "unknown without a broker", "bring the broker up first"));
    }
    try {
      return List.of(broker, topics.get());
    } catch (RuntimeException e) {
      return List.of(
          broker,
          Finding.bad("topics", Failures.message(e), "see the message; try again with --verbose"));
    }
  }

  private static Finding topics(Cluster cluster) {
    Map<String, List<String>> present =
        new TopicProvisioner(cluster.kafka(), cluster.topics()).inspect();
    int wanted = cluster.topics().all().size();
    if (present.size() < wanted) {
      return Finding.bad(
          "topics",
          "%d of %d are missing".formatted(wanted - present.size(), wanted),
          "run `alluvium topics create`");
    }
    String differences =
        present.entrySet().stream()
            .filter(topic -> !topic.getValue().isEmpty())
            .map(topic -> topic.getKey() + ": " + String.join(", ", topic.getValue()))
            .sorted()
            .collect(Collectors.joining("; "));
    return differences.isEmpty()
        ? Finding.good("topics", "%d, as catalogued".formatted(wanted))
        : Finding.bad("topics", differences, "change them by kafka-configs or kafka-topics");
  }

  /** A directory that is, or can be made, writable, on a disk with room. */
  static Finding directory(String key, String value) {
    Path directory = Path.of(value).toAbsolutePath().normalize();
    Path existing = directory;
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
      return Finding.bad(
          key, existing + " is no directory to write in", "set %s to another one".formatted(key));
    }
    try {
      long free = Files.getFileStore(existing).getUsableSpace();
      String detail =
          String.format(Locale.ROOT, "%s, %.1f GiB free", directory, free / (double) GIB);
      return free >= LEAST_SPACE
          ? Finding.good(key, detail)
          : Finding.bad(key, detail, "free some space: 2 GiB are the least to begin with");
    } catch (IOException e) {
      return Finding.bad(key, "free space of %s: %s".formatted(existing, e), "check the disk");
    }
  }

  /** Something that the settings name and a service reads when it starts. */
  static Finding readable(String check, String good, String advice, Runnable read) {
    try {
      read.run();
      return Finding.good(check, good);
    } catch (RuntimeException | LinkageError e) { // a native library or a class of the user's
      return Finding.bad(check, Failures.message(e), advice);
    }
  }

  /** The native library on the device the trainer is set to use. */
  static Finding nativeLibrary(TrainSettings train) {
    String check = "native library";
    try (TorchRuntime torch =
        TorchRuntime.open(
            new Compute(train.device(), Precision.parse(train.dtype()), train.cpuThreads()))) {
      boolean rounded =
          torch.compute().onCpu() && torch.compute().precision() == Precision.BFLOAT16;
      Optional<String> slow = rounded ? Processor.tooSlowForBfloat16() : Optional.empty();
      return slow.map(why -> Finding.bad(check, why, "set train.dtype to float32"))
          .orElseGet(
              () ->
                  Finding.good(
                      check,
                      "PyTorch on %s in %s".formatted(torch.compute().device(), train.dtype())));
    } catch (RuntimeException | LinkageError e) {
      return Finding.bad(
          check,
          Failures.message(e),
          "see train.device and train.dtype, and the platforms we run on");
    }
  }

  /** The sandbox that runs unit tests; without one, pairs with tests keep gold. */
  static Finding sandbox(JudgeSettings judges) {
    String check = "sandbox";
    try {
      Sandbox unused = Sandbox.open(judges.sandbox().toSandbox());
      return Finding.good(check, "confines");
    } catch (SandboxUnavailableException e) {
      return Finding.bad(
          check,
          Failures.message(e),
          "install bubblewrap and python3 where generation workers run; everything else works without");
    }
  }
}
