package dev.alluvium.cli.operate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Table;
import dev.alluvium.schemas.avro.ModelVersion;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code alluvium models show}: all there is to know of a version. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Show a version: where it comes from, what the gate said and why, its probes.")
final class ShowModelCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "VERSION", description = "Such as v000012, or v12.")
  private String version = "";

  @Override
  public Integer call() {
    String name = VersionName.of(version, spec);
    Cluster cluster = Cluster.of(common.settings());
    Connection.check(cluster.kafka());
    Versions versions = Versions.read(cluster);
    ModelVersion shown = versions.get(name);
    boolean serving = versions.serving().filter(name::equals).isPresent();
    if (common.json()) {
      ObjectNode json = Versions.json(shown);
      json.put("serving", serving)
          .put("checkpoint", shown.getCheckpoint())
          .put("digest", shown.getDigest())
          .put("on_disk", Versions.isOnDisk(shown))
          .put("created_at", shown.getCreatedAt().toString());
      common.print(json);
    } else {
      say(shown, serving);
    }
    return ExitCodes.DONE;
  }

  private void say(ModelVersion version, boolean serving) {
    common.say(
        "%s, %s%s: %s"
            .formatted(
                version.getVersion(),
                version.getStatus(),
                serving ? ", answers now" : "",
                version.getReason()));
    common.say(
        "trained on from %s, by %s, with windows %d to %d"
            .formatted(
                version.getParent() == null ? "the base model" : version.getParent(),
                version.getMethod(),
                version.getFirstWindow(),
                version.getLastWindow()));
    common.say("weights: %s (SHA-256 %s)".formatted(version.getPath(), version.getDigest()));
    if (!Versions.isOnDisk(version)) {
      common.say(Versions.notOnDisk(version));
    }
    common.say("state: %s; made at %s".formatted(version.getCheckpoint(), version.getCreatedAt()));
    Table table = new Table("SKILL", "PROBES", "PERPLEXITY OF THE BASE MODEL", "AND OF THIS");
    new TreeMap<>(version.getProbes())
        .forEach(
            (skill, probes) ->
                table.row(
                    skill,
                    probes.getAfter().getN(),
                    number(probes.getBefore().getPerplexity()),
                    number(probes.getAfter().getPerplexity())));
    table.print(common.err());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
