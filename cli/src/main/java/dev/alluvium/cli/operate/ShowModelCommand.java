package dev.alluvium.cli.operate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Table;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.ProbeComparison;
import dev.alluvium.schemas.avro.ProbeResult;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code alluvium models show}: all there is to know of a version. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = {
      "Show a version: where it comes from, what the gate said and why, its probes, and what it",
      "was trained on since its parent: windows, skills and whose words, and with --pairs the ids."
    })
final class ShowModelCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "VERSION", description = "Such as v000012, or v12.")
  private String version = "";

  @Option(
      names = "--pairs",
      description = "The id of every pair it was trained on since its parent, on stdout, once.")
  private boolean pairs;

  @Override
  public Integer call() {
    String name = VersionName.of(version, spec);
    Cluster cluster = Cluster.of(common.settings());
    Connection.check(cluster.kafka());
    Versions versions = Versions.read(cluster);
    ModelVersion shown = versions.get(name);
    ArrayNode ids = JsonNodeFactory.instance.arrayNode();
    VersionContents contents =
        VersionContents.read(cluster, versions, shown, pairs ? id -> tell(id, ids) : null);
    boolean serving = versions.serving().filter(name::equals).isPresent();
    if (common.json()) {
      ObjectNode json = Versions.json(shown);
      json.put("serving", serving)
          .put("checkpoint", shown.getCheckpoint())
          .put("digest", shown.getDigest())
          .put("on_disk", Versions.isOnDisk(shown))
          .put("restarted_after", shown.getRestartedAfter())
          .put("created_at", shown.getCreatedAt().toString());
      json.set("contents", json(contents));
      if (pairs) {
        json.set("pairs", ids);
      }
      common.print(json);
    } else {
      say(shown, serving);
      say(contents);
    }
    return ExitCodes.DONE;
  }

  /** A line for people as soon as it is read; a program gets all of them in its one object. */
  private void tell(String id, ArrayNode ids) {
    if (common.json()) {
      ids.add(id);
    } else {
      common.out().println(id);
    }
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
    if (version.getRestartedAfter() != null) {
      common.say(
          "after window %d training restarted from its weights, with fresh optimizer moments and warm-up: its full state was not there any more"
              .formatted(version.getRestartedAfter()));
    }
    common.say(
        "by all probes there were, of which those that came since the last promotion have no vote at the gate:");
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
    if (!version.getSlipped().isEmpty()) {
      common.say(
          "slipped within the budget, and replayed more where anything is: "
              + String.join(", ", version.getSlipped()));
    }
    sayAnswers(version);
    sayTransfer(version);
  }

  private void sayAnswers(ModelVersion version) {
    Map<String, ProbeComparison> judged = new TreeMap<>(version.getProbes());
    judged.values().removeIf(probes -> probes.getAfter().getJudged() == 0);
    if (judged.isEmpty()) {
      return;
    }
    Table table = new Table("SKILL", "ANSWERS", "RIGHT OF THE BASE MODEL'S", "AND OF THIS");
    judged.forEach(
        (skill, probes) ->
            table.row(
                skill,
                probes.getAfter().getJudged(),
                share(probes.getBefore()),
                share(probes.getAfter())));
    common.say("answers in writing, by which the gate decided on these skills:");
    table.print(common.err());
  }

  private static String share(ProbeResult result) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * result.getJudgedAccuracy());
  }

  private void sayTransfer(ModelVersion version) {
    if (version.getTransfer().isEmpty()) {
      return;
    }
    Table table = new Table("SKILL", "KL FROM THE BASE MODEL", "FORWARD", "BACKWARD");
    new TreeMap<>(version.getTransfer())
        .forEach(
            (skill, told) ->
                table.row(
                    skill,
                    told.getDivergence() == null
                        ? ""
                        : number(told.getDivergence()) + " +- " + number(told.getDivergenceError()),
                    number(told.getForward()),
                    number(told.getBackward())));
    common.say("what training has done to each skill, in nats a token (docs/guarding.md):");
    table.print(common.err());
  }

  private void say(VersionContents contents) {
    if (!contents.isKnown()) {
      common.say(
          "what it was trained on is not known: ledger.v1 no longer has the outcomes of all its windows");
      return;
    }
    common.say(
        "learnt since its parent: %d examples, %d of them replayed"
            .formatted(contents.examples(), contents.replayed()));
    Table skills = new Table("SKILL", "EXAMPLES", "REPLAYED", "WHOSE WORDS");
    contents
        .skills()
        .forEach(
            (name, skill) ->
                skills.row(name, skill.examples(), skill.replayed(), words(skill.origins())));
    skills.print(common.err());
    Table windows = new Table("WINDOW", "OUTCOME", "EXAMPLES", "REPLAYED", "REFUSED");
    contents
        .windows()
        .forEach(
            (id, window) ->
                windows.row(
                    id,
                    window.outcome(),
                    window.kept()
                        ? window.examples()
                        : window.examples() + ", others are kept no more",
                    window.replayed(),
                    window.refused()));
    windows.print(common.err());
  }

  private static String words(Map<String, Long> origins) {
    return origins.entrySet().stream()
        .map(origin -> origin.getKey() + " " + origin.getValue())
        .collect(Collectors.joining(", "));
  }

  private static ObjectNode json(VersionContents contents) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("known", contents.isKnown())
            .put("examples", contents.examples())
            .put("replayed", contents.replayed());
    ObjectNode skills = json.putObject("skills");
    contents
        .skills()
        .forEach(
            (name, skill) -> {
              ObjectNode node = skills.putObject(name).put("replayed", skill.replayed());
              ObjectNode origins = node.putObject("origins");
              skill.origins().forEach(origins::put);
            });
    ArrayNode windows = json.putArray("windows");
    contents
        .windows()
        .forEach(
            (id, window) ->
                windows
                    .addObject()
                    .put("window", id)
                    .put("outcome", window.outcome().name())
                    .put("kept", window.kept())
                    .put("examples", window.examples())
                    .put("replayed", window.replayed())
                    .put("refused", window.refused()));
    return json;
  }

  private static String number(@Nullable Double value) {
    return value == null ? "" : String.format(Locale.ROOT, "%.4g", value);
  }
}
