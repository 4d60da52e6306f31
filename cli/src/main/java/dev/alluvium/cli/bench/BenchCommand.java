package dev.alluvium.cli.bench;

import picocli.CommandLine.Command;

/** {@code alluvium bench}: how fast this machine is, beside its matrix products alone. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measure throughput beside that of the matrix products alone, in the same run.",
    subcommands = {BenchTrainCommand.class, BenchGenerateCommand.class})
public final class BenchCommand {}
