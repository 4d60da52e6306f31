package dev.alluvium.cli.bench;

import picocli.CommandLine.Command;

/** {@code alluvium bench}: how fast this machine is, beside what it could do at best; what fits. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measure throughput beside the physical limit, or calculate memory.",
    subcommands = {BenchTrainCommand.class, BenchGenerateCommand.class, BenchMemoryCommand.class})
public final class BenchCommand {}
