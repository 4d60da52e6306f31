package dev.alluvium.cli.operate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.cluster.LedgerRequest;
import dev.alluvium.cli.cluster.ReportTail;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.schemas.avro.Answer;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PolicyChange;
import dev.alluvium.streams.policy.PolicyRules;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alluvium policy}: the mixture rules in force, and others in their place. */
@Command(
    name = "policy",
    mixinStandardHelpOptions = true,
    description = "Show or change the rules by which windows are mixed.",
    subcommands = {PolicyCommand.Show.class, PolicyCommand.Change.class})
public final class PolicyCommand {

  /** Shows the policy in force, as a settings file has it. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = {
        "Print the policy in force as the mix section of a settings file: change it, and give it",
        "to `alluvium policy set --config FILE`."
      })
  static final class Show implements Callable<Integer> {
    @Mixin private CommonOptions common = new CommonOptions();

    @Override
    public Integer call() {
      Cluster cluster = Cluster.of(common.settings());
      Connection.check(cluster.kafka());
      MixReport mix =
          last(cluster)
              .orElseThrow(
                  () ->
                      new CommandFailure(
                          "no policy is in force yet: the stream processors have not run here"));
      Policy policy = policy(mix);
      if (common.json()) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("digest", mix.getPolicyDigest());
        result.put("stage", mix.getStage());
        result.put("cycle", mix.getCycle());
        result.set("mix", PolicyYaml.keys(policy));
        common.print(result);
      } else {
        common.out().print(PolicyYaml.section(policy));
        common.out().flush();
      }
      return ExitCodes.DONE;
    }
  }

  /** Brings the settings' policy into force and waits for the mixer's answer. */
  @Command(
      name = "set",
      mixinStandardHelpOptions = true,
      description = {
        "Bring the mix section of the settings into force, through the ledger, at the next window's",
        "boundary. It stays when the stream processors start again, until their own mix section",
        "changes. Exit 1 when the mixer refuses it; the policy in force then stays."
      })
  static final class Change implements Callable<Integer> {
    @Mixin private CommonOptions common = new CommonOptions();

    @Option(
        names = "--wait",
        paramLabel = "SECONDS",
        defaultValue = "30",
        description = "How long to wait for the answer. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Override
    public Integer call() {
      AlluviumSettings settings = common.settings();
      Policy policy = settings.mix().rules();
      Cluster cluster = Cluster.of(settings);
      Connection.check(cluster.kafka());
      String current = last(cluster).map(MixReport::getPolicyDigest).orElse(null);
      Answer answer = ask(cluster, policy, current);
      if (common.json()) {
        common.print(
            JsonNodeFactory.instance
                .objectNode()
                .put("accepted", answer.getAccepted())
                .put("reason", answer.getReason())
                .put("detail", answer.getDetail())
                .put("digest", answer.getAccepted() ? PolicyRules.digest(policy) : current));
      } else if (answer.getAccepted()) {
        common.say("in force from the next window on: " + PolicyRules.digest(policy));
      } else {
        common.say("refused, %s: %s".formatted(answer.getReason(), answer.getDetail()));
      }
      return answer.getAccepted() ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private Answer ask(Cluster cluster, Policy policy, @Nullable String current) {
      String id = UUID.randomUUID().toString();
      return new LedgerRequest(
              id,
              "policy",
              new PolicyChange(id, current, false, policy),
              "the policy",
              "is `alluvium streams` running, and is it up to date with the ledger? The policy is in the ledger and is decided on when the mixer reads it")
          .ask(cluster, Duration.ofSeconds(seconds));
    }
  }

  private static Policy policy(MixReport mix) {
    Policy policy = mix.getPolicy();
    if (policy == null) {
      throw new CommandFailure("no policy is in force yet: the mixer has read none");
    }
    return policy;
  }

  private static Optional<MixReport> last(Cluster cluster) {
    return ReportTail.last(cluster, MixReport.class);
  }
}
