package dev.alluvium.cli.operate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.cluster.LedgerRequest;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.schemas.avro.Answer;
import dev.alluvium.schemas.avro.Command;
import dev.alluvium.schemas.avro.CommandKind;
import java.time.Duration;
import java.util.UUID;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** An order about a version: it goes through ledger and mixer to the trainer, which answers. */
final class ModelOrder {
  @Mixin private CommonOptions common = new CommonOptions();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "How long to wait for the answer. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--here",
      description = {
        "No trainer runs: take its lease, do in this process what it would do up to the order, and let",
        "go, however long it takes. Needs the trainer's settings, and a running `alluvium streams`;",
        "windows that were written before a `serve` may be trained, those before a `rollback` are not."
      })
  private boolean here;

  /** A version's whole name: v7 is v000007. */
  String version(String given) {
    return VersionName.of(given, spec);
  }

  /**
   * Gives the order.
   *
   * @param done what to tell a person when it is carried out
   * @return the exit code
   */
  int give(CommandKind kind, String version, String done) {
    AlluviumSettings settings = common.settings();
    Cluster cluster = Cluster.of(settings);
    Connection.check(cluster.kafka());
    String id = UUID.randomUUID().toString();
    LedgerRequest order =
        new LedgerRequest(
            id,
            "command",
            new Command(id, kind, version),
            "the order",
            "are `alluvium streams` and `alluvium train` running? The order is in the ledger and is carried out when the trainer comes to it");
    Answer answer = here ? here(settings, cluster, order) : there(cluster, order);
    if (common.json()) {
      common.print(
          JsonNodeFactory.instance
              .objectNode()
              .put("version", version)
              .put("accepted", answer.getAccepted())
              .put("reason", answer.getReason())
              .put("detail", answer.getDetail()));
    } else if (answer.getAccepted()) {
      common.say(done);
      if (!answer.getDetail().isEmpty()) {
        common.say(answer.getDetail());
      }
    } else {
      common.say("refused, %s: %s".formatted(answer.getReason(), answer.getDetail()));
    }
    return answer.getAccepted() ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  private Answer there(Cluster cluster, LedgerRequest order) {
    common.say("waiting %d s at most for the trainer's answer".formatted(seconds));
    return order.ask(cluster, Duration.ofSeconds(seconds));
  }

  private Answer here(AlluviumSettings settings, Cluster cluster, LedgerRequest order) {
    common.say(
        "this process is the trainer until the order is carried out; `alluvium streams` hands it on; Ctrl-C gives up");
    return new OwnLease(settings, cluster).carryOut(order);
  }
}
