package dev.alluvium.cli.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.schemas.avro.ProbeComparison;
import dev.alluvium.schemas.avro.ProbeResult;
import java.util.Map;
import java.util.TreeMap;

/** A version's probe table as JSON, the same in every command. */
public final class ProbeJson {
  private ProbeJson() {}

  /**
   * Skills in order of name; each with {@code before} and {@code after}, and {@code probe_set}
   * where it is known. Where answers were written, {@code judged_accuracy} and {@code judged} say
   * how they were judged.
   */
  public static ObjectNode of(Map<String, ProbeComparison> probes) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    new TreeMap<>(probes)
        .forEach(
            (skill, comparison) -> {
              ObjectNode node = json.putObject(skill);
              put(node.putObject("before"), comparison.getBefore());
              put(node.putObject("after"), comparison.getAfter());
              if (comparison.getProbeSet() != null) {
                node.put("probe_set", comparison.getProbeSet());
              }
            });
    return json;
  }

  private static void put(ObjectNode node, ProbeResult result) {
    node.put("perplexity", result.getPerplexity())
        .put("accuracy", result.getAccuracy())
        .put("n", result.getN());
    if (result.getJudged() > 0) {
      node.put("judged_accuracy", result.getJudgedAccuracy()).put("judged", result.getJudged());
    }
  }
}
