package dev.alluvium.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;

import dev.alluvium.cli.bench.BenchCommand;
import dev.alluvium.cli.broker.BrokerCommand;
import dev.alluvium.cli.cluster.TopicsCommand;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Failures;
import dev.alluvium.cli.config.Redaction;
import dev.alluvium.cli.demo.DemoCommand;
import dev.alluvium.cli.doctor.DoctorCommand;
import dev.alluvium.cli.drift.DriftCommand;
import dev.alluvium.cli.experiment.ExperimentCommand;
import dev.alluvium.cli.generate.GenerateCommand;
import dev.alluvium.cli.judge.JudgeCommand;
import dev.alluvium.cli.logging.Logs;
import dev.alluvium.cli.model.CompleteCommand;
import dev.alluvium.cli.model.EvaluateCommand;
import dev.alluvium.cli.model.LogitsCommand;
import dev.alluvium.cli.model.PretrainCommand;
import dev.alluvium.cli.model.TokenizeCommand;
import dev.alluvium.cli.model.TrainCommand;
import dev.alluvium.cli.operate.DeadLettersCommand;
import dev.alluvium.cli.operate.EraseCommand;
import dev.alluvium.cli.operate.LineageCommand;
import dev.alluvium.cli.operate.ModelsCommand;
import dev.alluvium.cli.operate.PolicyCommand;
import dev.alluvium.cli.operate.TargetsCommand;
import dev.alluvium.cli.produce.ProduceCommand;
import dev.alluvium.cli.publish.PublishCommand;
import dev.alluvium.cli.settings.ConfigCommand;
import dev.alluvium.cli.streams.StreamsCommand;
import dev.alluvium.cli.suite.SuiteCommand;
import dev.alluvium.cli.verify.VerifyCommand;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;

/** The {@code alluvium} command: names the subcommands and starts the one that is asked for. */
@Command(
    name = "alluvium",
    mixinStandardHelpOptions = true,
    version = "alluvium 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    description = "Continual fine-tuning of language models straight from a Kafka stream.",
    subcommands = {
      DemoCommand.class,
      BrokerCommand.class,
      TopicsCommand.class,
      ProduceCommand.class,
      StreamsCommand.class,
      TrainCommand.class,
      GenerateCommand.class,
      PublishCommand.class,
      EvaluateCommand.class,
      JudgeCommand.class,
      CompleteCommand.class,
      LogitsCommand.class,
      TokenizeCommand.class,
      PretrainCommand.class,
      SuiteCommand.class,
      ExperimentCommand.class,
      BenchCommand.class,
      ModelsCommand.class,
      LineageCommand.class,
      EraseCommand.class,
      TargetsCommand.class,
      DriftCommand.class,
      PolicyCommand.class,
      DeadLettersCommand.class,
      VerifyCommand.class,
      DoctorCommand.class,
      ConfigCommand.class
    })
public final class Alluvium implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private static final String JSON = "json";

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    if (Arrays.stream(args).anyMatch(arg -> arg.equals("--verbose") || arg.equals("-v"))) {
      System.setProperty("alluvium.log", "DEBUG");
      System.setProperty("alluvium.log.clients", "WARN");
    }
    PrintWriter out = new PrintWriter(System.out, false, UTF_8);
    // Whatever a library writes into its logs and messages: no secret of the settings.
    System.setErr(Redaction.over(System.err));
    PrintWriter err = new PrintWriter(System.err, true, UTF_8);
    // Libraries that write to stdout must not spoil the one JSON object there.
    System.setOut(System.err);
    CommandLine line = commandLine().setOut(out).setErr(err);
    if (JSON.equals(System.getenv("ALLUVIUM_LOG_FORMAT"))) {
      line.setErr(Logs.inJson("", "alluvium")); // also for a command line that is not understood
    }
    int exitCode = line.setExecutionStrategy(Alluvium::run).execute(args);
    if (out.checkError() && exitCode == ExitCodes.DONE) {
      line.getErr()
          .println(
              "alluvium: stdout could not be written: its disk is full, or its reader has gone");
      exitCode = ExitCodes.FAILED;
    }
    line.getErr().flush();
    System.exit(exitCode);
  }

  /** Lets a command log as its settings say, then runs it. */
  private static int run(ParseResult parsed) {
    CommonOptions.of(parsed)
        .ifPresent(
            common -> {
              if (common.peek("log.format").equals(JSON)) {
                CommandLine line = parsed.commandSpec().root().commandLine();
                line.setErr(Logs.inJson(common.peek("namespace"), common.name()));
              }
              if (System.getProperty("alluvium.log") == null) {
                Logs.show(common.peek("log.level"));
              }
            });
    return new RunLast().execute(parsed);
  }

  /** The command line with all subcommands, exit codes and error handling. */
  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Alluvium());
    line.getCommandSpec()
        .usageMessage()
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(
            ExitCodes.ALL.stream()
                .collect(
                    toMap(
                        known -> Integer.toString(known.code()),
                        ExitCodes.Meaning::name,
                        (one, other) -> one,
                        LinkedHashMap::new)));
    leadWithASentence(line);
    return line.setExecutionExceptionHandler(new Failures())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true);
  }

  /** Lists of commands show the first line of a description: it shall be a whole sentence. */
  private static void leadWithASentence(CommandLine line) {
    UsageMessageSpec usage = line.getCommandSpec().usageMessage();
    String text = String.join(" ", usage.description());
    usage.description(text.split("(?<=\\.) ", 2));
    line.getSubcommands().values().forEach(Alluvium::leadWithASentence);
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "no command given: expected one of the commands below");
  }
}
