package dev.alluvium.cli.verify;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What an audit found.
 *
 * @param from the first window recomputed from the ledger; 0 when none was
 * @param to the last one
 * @param digestOnlyBefore windows with smaller numbers were checked by their digest only
 * @param windows windows that were checked
 * @param versions versions that were checked
 * @param differences all that is not as the rest of the books say
 */
record Verification(
    long from,
    long to,
    long digestOnlyBefore,
    int windows,
    int versions,
    List<Difference> differences) {

  boolean ok() {
    return differences.isEmpty();
  }

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("ok", ok());
    json.putArray("recomputed").add(from).add(to);
    json.put("digest_only_before", digestOnlyBefore);
    ArrayNode all = json.putArray("differences");
    for (Difference difference : differences) {
      all.addObject()
          .put("what", difference.kind().code())
          .put("where", difference.where())
          .put("expected", difference.expected())
          .put("found", difference.found());
    }
    return json;
  }

  /** In one line. */
  String summary() {
    String recomputed =
        from == 0
            ? "no window was recomputed: the ledger no longer has its first entry, or makes none"
            : "windows %d to %d recomputed from the ledger".formatted(from, to);
    return "%s: %d %s in %d windows and %d versions; %s"
        .formatted(
            ok() ? "ok" : "NOT OK",
            differences.size(),
            differences.size() == 1 ? "difference" : "differences",
            windows,
            versions,
            recomputed);
  }
}
