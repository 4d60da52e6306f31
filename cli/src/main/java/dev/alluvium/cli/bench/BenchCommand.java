package dev.alluvium.cli.bench;

import picocli.CommandLine.Command;

/**
 * {@code alluvium bench}: how fast this machine is, beside its matrix products alone, and what
 * fits.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measure throughput beside the matrix products alone, or calculate memory.",
    subcommands = {BenchTrainCommand.class, BenchGenerateCommand.class, BenchMemoryCommand.class})
public final class BenchCommand {}
