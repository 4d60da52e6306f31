package dev.alluvium.cli.produce;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.schemas.topic.TopicProvisioner;
import dev.alluvium.streams.policy.PolicyRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alluvium produce}: files of instruction data into {@code pairs.v1}. */
@Command(
    name = "produce",
    mixinStandardHelpOptions = true,
    description = {
      "Send the pairs of JSON Lines or JSON files, gzip or not, to pairs.v1.",
      "Shapes: own {instruction, response, ...}, alpaca {instruction, input, output}, sharegpt"
          + " {conversations: [{from, value}]}, messages {messages: [{role, content}]}.",
      "A malformed record is reported with its file and line, and counted; the rest goes on."
    })
public final class ProduceCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files; - is stdin.")
  private List<String> files = new ArrayList<>();

  @Option(
      names = "--shape",
      description = "One of ${COMPLETION-CANDIDATES}. Default: found out for each file.")
  private @Nullable Shape shape;

  @Option(names = "--rate", paramLabel = "N/s", description = "At most so many pairs a second.")
  private @Nullable String rate;

  @Option(names = "--skill", description = "Skill of every pair, whatever the file says.")
  private @Nullable String skill;

  @Option(names = "--source", description = "Source of every pair, whatever the file says.")
  private @Nullable String source;

  @Option(
      names = "--probes",
      description = "Measure the pairs and never train them, as those of an evaluation suite.")
  private boolean probes;

  @Option(names = "--limit", paramLabel = "N", description = "Stop after so many pairs.")
  private long limit = Long.MAX_VALUE;

  @Option(names = "--strict", description = "Exit with 1 when anything was malformed.")
  private boolean strict;

  @Override
  public Integer call() {
    if (limit < 1) {
      throw CommandFailure.usage("--limit is %d: expected 1 or more".formatted(limit));
    }
    if (skill != null && !PolicyRules.SKILL.matcher(skill).matches()) {
      throw CommandFailure.usage(
          "--skill is '%s': expected a name that matches %s".formatted(skill, PolicyRules.SKILL));
    }
    Pace pace = rate == null ? Pace.unlimited() : Pace.of(rate);
    List<InputFile> inputs = files.stream().map(InputFile::of).toList();
    Cluster cluster = Cluster.of(common.settings());
    Connection.check(cluster.kafka());
    requireTopic(cluster);

    Production.Options options =
        new Production.Options(
            Optional.ofNullable(shape),
            Optional.ofNullable(skill),
            Optional.ofNullable(source),
            probes,
            limit,
            pace);
    Production production = new Production(cluster, options, common.err());
    ProduceSummary summary = production.run(inputs);
    report(summary);
    boolean failed = summary.produced() == 0 || summary.failed() > 0;
    return failed || (strict && summary.malformed() > 0) ? ExitCodes.FAILED : ExitCodes.DONE;
  }

  private static void requireTopic(Cluster cluster) {
    TopicProvisioner provisioner = new TopicProvisioner(cluster.kafka(), cluster.topics());
    if (!provisioner.missing(List.of(cluster.topics().pairs())).isEmpty()) {
      throw new CommandFailure(
          "the topic %s is not there: run `alluvium topics create`"
              .formatted(cluster.topics().pairs().name()));
    }
  }

  private void report(ProduceSummary summary) {
    if (common.json()) {
      ObjectNode result = JsonNodeFactory.instance.objectNode();
      result
          .put("produced", summary.produced())
          .put("malformed", summary.malformed())
          .put("failed", summary.failed())
          .put("bytes", summary.bytes())
          .put("seconds", Math.round(summary.seconds() * 1000) / 1000.0);
      ObjectNode reasons = result.putObject("malformed_by_reason");
      summary.reasons().forEach(reasons::put);
      common.print(result);
    }
    common.say(summary.toString());
  }
}
