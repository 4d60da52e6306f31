package dev.alluvium.cli.bench;

import dev.alluvium.cli.bench.streams.BenchStreamsCommand;
import picocli.CommandLine.Command;

/**
 * {@code alluvium bench}: how fast this machine is, beside its matrix products or a plain copy
 * alone, and what fits.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measure throughput beside what the machine can do at most, or calculate memory.",
    subcommands = {
      BenchTrainCommand.class,
      BenchGenerateCommand.class,
      BenchAnswerCommand.class,
      BenchMemoryCommand.class,
      BenchStreamsCommand.class
    })
public final class BenchCommand {}
