package dev.alluvium.cli.bench;

import picocli.CommandLine.Command;

/** {@code alluvium bench}: how fast this machine is, beside what it could do at best. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measure throughput beside the physical limit, in the same run.",
    subcommands = {BenchTrainCommand.class, BenchGenerateCommand.class})
public final class BenchCommand {}
