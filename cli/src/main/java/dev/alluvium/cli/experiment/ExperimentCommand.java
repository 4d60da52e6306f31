package dev.alluvium.cli.experiment;

import picocli.CommandLine.Command;

/** {@code alluvium experiment}: what the methods buy, measured. */
@Command(
    name = "experiment",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "EXPERIMENT",
    subcommands = {
      ForgettingCommand.class,
      S3ftCommand.class,
      SftMixCommand.class,
      DmtCommand.class,
      StreamVsBatchCommand.class,
      LongStreamCommand.class
    },
    description = {
      "Measure what the methods buy, on the skill suite and its model: the same pairs through the",
      "real target choice, mixer and trainer, in one process. See docs/experiments.md."
    })
public final class ExperimentCommand {}
