package dev.alluvium.cli.verify;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.schemas.avro.LostWindows;
import java.util.ArrayList;
import java.util.List;

/**
 * What an audit found.
 *
 * @param from the first window recomputed from the ledger; 0 when none was
 * @param to the last one
 * @param digestOnlyBefore windows with smaller numbers were checked by their digest only
 * @param windows windows that were checked
 * @param otherRules how many of them were made by another version of the fold, and so checked by
 *     their digest only although the ledger has its first entry: all or none
 * @param versions versions that were checked
 * @param weightsOnly how many of those on disk were made before all of their files had digests
 * @param lost windows that were deleted before they were trained, which somebody has accepted
 * @param differences all that is not as the rest of the books say
 */
record Verification(
    long from,
    long to,
    long digestOnlyBefore,
    int windows,
    int otherRules,
    int versions,
    int weightsOnly,
    List<LostWindows> lost,
    List<Difference> differences) {

  boolean ok() {
    return differences.isEmpty();
  }

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("ok", ok());
    json.putArray("recomputed").add(from).add(to);
    json.put("digest_only_before", digestOnlyBefore);
    json.put("other_fold", otherRules);
    json.put("weights_only", weightsOnly);
    ArrayNode losses = json.putArray("lost");
    for (LostWindows loss : lost) {
      ObjectNode node = losses.addObject();
      node.putArray("windows").add(loss.getFirstWindow()).add(loss.getLastWindow());
      node.putArray("offsets").add(loss.getFirstOffset()).add(loss.getNextOffset() - 1);
      node.put("accepted_at", loss.getAcceptedAt().toString());
    }
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

  /** What is no difference and should be known all the same, a line each. */
  List<String> notes() {
    List<String> all = new ArrayList<>();
    lost.forEach(
        loss ->
            all.add(
                "accepted loss: windows %d to %d, deleted before being trained (offsets %d to %d of training.windows.v1), given up at %s"
                    .formatted(
                        loss.getFirstWindow(),
                        loss.getLastWindow(),
                        loss.getFirstOffset(),
                        loss.getNextOffset() - 1,
                        loss.getAcceptedAt())));
    if (otherRules > 0) {
      all.add(
          "the %d windows were made by another version of the mixer's fold and are checked by their own digest only: the build that made them can recompute them"
              .formatted(otherRules));
    }
    if (weightsOnly > 0) {
      all.add(
          "%d of the versions were made before all of their files had digests: adapter settings, tokenizers and manifests are compared in part"
              .formatted(weightsOnly));
    }
    return all;
  }

  /** In one line. */
  String summary() {
    String recomputed = "windows %d to %d recomputed from the ledger".formatted(from, to);
    if (windows == 0 && versions == 0) {
      recomputed = "there is nothing to verify yet";
    } else if (from == 0) {
      recomputed =
          "no window was recomputed: the ledger no longer has its first entry, or this build makes none of them";
    }
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
