package dev.alluvium.cli.judge;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Progress;
import dev.alluvium.cli.produce.JsonRecords;
import dev.alluvium.judges.Case;
import dev.alluvium.judges.CaseReader;
import dev.alluvium.judges.Decision;
import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.judges.JudgeTools;
import dev.alluvium.judges.Judges;
import dev.alluvium.judges.Question;
import dev.alluvium.judges.Verdict;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alluvium judge}: verdicts on the texts of a file, and how far they agree with labels. */
@Command(
    name = "judge",
    mixinStandardHelpOptions = true,
    description = {
      "Judge the texts of a file against gold.",
      "A record is a pair with the text to judge as answer_text, or instruction, gold and answer",
      "(the text to judge). Optional: label (what a person says), judge, kind (answer, paraphrase),",
      "finish (stop, length), tests, choices, accept.",
      "Exit code 1 when a text could not be judged or a line is no record."
    })
public final class JudgeCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--file",
      required = true,
      paramLabel = "FILE",
      description = "JSON Lines or JSON, gzip or not; - for stdin.")
  private String file = "";

  @Option(
      names = "--judge",
      paramLabel = "NAME",
      description = "Ask this judge, whatever records and settings say.")
  private @Nullable String judge;

  @Override
  public Integer call() {
    JudgeSettings settings = common.settings().judges();
    Judges judges = new Judges(settings, new JudgeTools(settings.sandbox().toSandbox()));
    if (judge != null && !judges.names().contains(judge)) {
      throw CommandFailure.usage(
          "there is no judge '%s': expected one of %s"
              .formatted(judge, String.join(", ", judges.names().stream().sorted().toList())));
    }
    Run run = new Run(judges);
    try (Progress progress = new Progress(common.err(), "judging", 0, run::progress)) {
      JsonRecords.read(
          file,
          (line, object, problem) -> {
            run.record(line, object, problem);
            progress.reached(run.number);
          });
    }
    run.finish();
    return run.clean() ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  /** One run over a file. */
  private final class Run {
    private final Judges judges;
    private final Agreement agreement = new Agreement();
    private final ObjectNode result = JsonMapper.builder().build().createObjectNode();
    private final ArrayNode verdicts = result.putArray("verdicts");
    private final ArrayNode bad = result.putArray("bad_lines");
    private int number;

    Run(Judges judges) {
      this.judges = judges;
    }

    void record(long line, @Nullable ObjectNode object, @Nullable String problem) {
      number++;
      if (object == null) {
        bad(line, String.valueOf(problem));
        return;
      }
      Case read;
      try {
        read = CaseReader.read(object);
      } catch (IllegalArgumentException e) {
        bad(line, String.valueOf(e.getMessage()));
        return;
      }
      Question question = read.question();
      Verdict verdict =
          judges.judge(
              judge == null ? question : question.named(question.skill(), judge), read.attempt());
      agreement.add(verdict, read.label());
      String id = read.id() == null ? Long.toString(line) : read.id();
      if (common.json()) {
        add(id, verdict, read.label());
      } else {
        say(id, verdict, read.label());
      }
    }

    private void bad(long line, String why) {
      bad.addObject().put("line", line).put("problem", why);
      common.say("%s:%d: no record to judge: %s".formatted(file, line, why));
    }

    private void add(String id, Verdict verdict, @Nullable Boolean label) {
      ObjectNode node =
          verdicts
              .addObject()
              .put("id", id)
              .put("accepted", verdict.accepted())
              .put("decision", lower(verdict.decision()))
              .put("judge", verdict.judge())
              .put("version", verdict.version())
              .put("score", verdict.score())
              .put("reason", verdict.reason().code())
              .put("evidence", verdict.evidence())
              .put("copy_of_gold", verdict.copyOfGold());
      if (label != null) {
        node.put("label", label.booleanValue()).put("agrees", Agreement.agrees(verdict, label));
      }
    }

    private void say(String id, Verdict verdict, @Nullable Boolean label) {
      common
          .out()
          .println(
              "%s  %s  %s/%d  %.2f  %s%s%s: %s"
                  .formatted(
                      id,
                      lower(verdict.decision()),
                      verdict.judge(),
                      verdict.version(),
                      verdict.score(),
                      label == null || Agreement.agrees(verdict, label)
                          ? ""
                          : "AGAINST ITS LABEL, ",
                      verdict.copyOfGold() ? "copy of gold, " : "",
                      verdict.reason().code(),
                      verdict.evidence().replace("\n", " ")));
    }

    void finish() {
      if (common.json()) {
        result
            .put("accepted", agreement.count(Decision.ACCEPTED))
            .put("rejected", agreement.count(Decision.REJECTED))
            .put("errors", agreement.count(Decision.ERROR))
            .put("copies_of_gold", agreement.copies());
        if (agreement.labelled() > 0) {
          result
              .put("labelled", agreement.labelled())
              .put("agreed", agreement.agreed())
              .put("agreement", agreement.share());
        }
        common.print(result);
        return;
      }
      common.out().println(progress());
      if (agreement.labelled() > 0) {
        common
            .out()
            .println(
                "agreement with labels: %d of %d (%.2f %%)"
                    .formatted(agreement.agreed(), agreement.labelled(), 100 * agreement.share()));
      }
      common.out().flush();
    }

    String progress() {
      return "%d accepted, %d rejected, %d errors, %d lines that are no record; %d copies of gold"
          .formatted(
              agreement.count(Decision.ACCEPTED),
              agreement.count(Decision.REJECTED),
              agreement.count(Decision.ERROR),
              bad.size(),
              agreement.copies());
    }

    boolean clean() {
      return bad.isEmpty() && agreement.count(Decision.ERROR) == 0;
    }
  }

  private static String lower(Decision decision) {
    return decision.name().toLowerCase(Locale.ROOT);
  }
}
