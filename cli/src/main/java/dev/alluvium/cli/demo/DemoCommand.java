package dev.alluvium.cli.demo;

import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.process.Lifetime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alluvium demo}: the whole flow on this machine, leaving nothing running behind. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Run the whole flow on this machine: a Kafka broker, the stream processors and the trainer"
          + " as child processes, real pairs through them, an adapter and its books at the end.",
      "Nothing is left running, and of the files only the adapter stays, unless --keep is given."
    },
    footer =
        "%nExit codes: 0 done; 1 something failed or the books do not add up; 2 usage; 3 the gate"
            + " held the version, and why is said.")
public final class DemoCommand implements Callable<Integer> {
  private static final int PROBES = 50;
  private static final double LEAST_HELD_OUT = 0.05;
  private static final double MOST_HELD_OUT = 0.25;

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--records",
      paramLabel = "N",
      description = {
        "Pairs to stream. Default: all of the data once.",
        "Beyond that the data is sent again, with a number behind each instruction and id.",
        "Of fewer than 1,000 more than a twentieth is held out, up to a quarter."
      })
  private @Nullable Long records;

  @Option(names = "--data", paramLabel = "DIR", description = "Pairs. Default: data/pairs.")
  private @Nullable Path data;

  @Option(names = "--model", paramLabel = "DIR", description = "Base model. Default: models/tiny.")
  private @Nullable Path model;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Work in this new directory. Default: a new one below .alluvium/demo.")
  private @Nullable Path directory;

  @Option(names = "--keep", description = "Keep broker data, checkpoints and logs too.")
  private boolean keep;

  @Override
  public Integer call() throws IOException {
    if (records != null && records < 1) {
      throw CommandFailure.usage("--records is %d: expected 1 or more".formatted(records));
    }
    Path home = Path.of(System.getProperty("alluvium.home", "."));
    Path base = model == null ? home.resolve("models").resolve("tiny") : model;
    if (!Files.isRegularFile(base.resolve("config.json"))) {
      throw new CommandFailure(
          base + " holds no config.json: name a Hugging Face model directory with --model");
    }
    DemoPairs pairs =
        DemoPairs.of(
            data == null ? home.resolve("data").resolve("pairs") : data,
            records == null ? OptionalLong.empty() : OptionalLong.of(records));
    DemoSummary summary = run(base, pairs, home);
    summary.discrepancy().ifPresent(common::say);
    summary.refused().ifPresent(common::say);
    return summary.exitCode();
  }

  private DemoSummary run(Path base, DemoPairs pairs, Path home) throws IOException {
    Stopwatch stopwatch = new Stopwatch();
    Map<String, String> settings = new HashMap<>();
    settings.put("curate.holdOut", holdOut());
    settings.putAll(common.set());
    try (Lifetime lifetime = Lifetime.untilSignal();
        DemoDirectory work = DemoDirectory.create(Optional.ofNullable(directory), home, keep);
        DemoDisplay display = new DemoDisplay(common.err(), stopwatch)) {
      DemoProcesses processes =
          new DemoProcesses(
              work,
              common.config().map(Path::toAbsolutePath),
              settings,
              base.toAbsolutePath().normalize());
      DemoSummary summary = new Demo(processes, pairs, work, display, lifetime, stopwatch).run();
      display.summary(summary);
      if (keep) {
        common.say("everything is kept in " + work.root());
      }
      if (common.json()) {
        common.print(summary.json());
      }
      return summary;
    }
  }

  /** A twentieth, and of few pairs more: some fifty probes are enough for the gate to tell. */
  private String holdOut() {
    double share = records == null ? 0 : (double) PROBES / records;
    return Double.toString(Math.max(LEAST_HELD_OUT, Math.min(MOST_HELD_OUT, share)));
  }
}
