package dev.alluvium.cli.operate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Table;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.ProbeComparison;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code alluvium models diff}: what two versions make of their probes. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    description = {
      "Compare the probes of two versions by skill. Each was measured by the probes there were",
      "then: where they are not the same, the perplexities are of different questions."
    })
final class DiffModelsCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "FROM", description = "Such as v000011, or v11.")
  private String from = "";

  @Parameters(index = "1", paramLabel = "TO", description = "Such as v000012.")
  private String to = "";

  /**
   * A skill in both.
   *
   * @param ratio perplexity of the second over that of the first; null where one has no probes
   */
  private record Row(
      @Nullable ProbeComparison from, @Nullable ProbeComparison to, @Nullable Double ratio) {
    /** Whether both were asked the same; null where that is not told. */
    @Nullable Boolean sameProbes() {
      String first = from == null ? null : from.getProbeSet();
      String second = to == null ? null : to.getProbeSet();
      if (first == null || second == null) {
        return null;
      }
      return first.equals(second);
    }
  }

  @Override
  public Integer call() {
    String first = VersionName.of(from, spec);
    String second = VersionName.of(to, spec);
    Cluster cluster = Cluster.of(common.settings());
    Connection.check(cluster.kafka());
    Versions versions = Versions.read(cluster);
    SortedMap<String, Row> rows = rows(versions.get(first), versions.get(second));
    if (common.json()) {
      ObjectNode json = JsonNodeFactory.instance.objectNode().put("from", first).put("to", second);
      ObjectNode skills = json.putObject("skills");
      rows.forEach(
          (skill, row) ->
              skills
                  .putObject(skill)
                  .put("from", perplexity(row.from()))
                  .put("to", perplexity(row.to()))
                  .put("ratio", row.ratio())
                  .put("n_from", probes(row.from()))
                  .put("n_to", probes(row.to()))
                  .put("same_probes", row.sameProbes()));
      common.print(json);
    } else {
      Table table = new Table("SKILL", "PROBES", first, second, "RATIO");
      rows.forEach(
          (skill, row) ->
              table.row(
                  skill,
                  "%d / %d%s"
                      .formatted(
                          probes(row.from()),
                          probes(row.to()),
                          Boolean.FALSE.equals(row.sameProbes()) ? ", not the same" : ""),
                  text(perplexity(row.from())),
                  text(perplexity(row.to())),
                  text(row.ratio())));
      table.print(common.err());
    }
    return ExitCodes.DONE;
  }

  private static SortedMap<String, Row> rows(ModelVersion from, ModelVersion to) {
    TreeSet<String> skills = new TreeSet<>(from.getProbes().keySet());
    skills.addAll(to.getProbes().keySet());
    SortedMap<String, Row> rows = new TreeMap<>();
    for (String skill : skills) {
      ProbeComparison first = from.getProbes().get(skill);
      ProbeComparison second = to.getProbes().get(skill);
      Double ratio =
          first == null || second == null
              ? null
              : second.getAfter().getPerplexity() / first.getAfter().getPerplexity();
      rows.put(skill, new Row(first, second, ratio));
    }
    return rows;
  }

  private static @Nullable Double perplexity(@Nullable ProbeComparison probes) {
    return probes == null ? null : (Double) probes.getAfter().getPerplexity();
  }

  private static int probes(@Nullable ProbeComparison probes) {
    return probes == null ? 0 : probes.getAfter().getN();
  }

  private static String text(@Nullable Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.4g", value);
  }
}
