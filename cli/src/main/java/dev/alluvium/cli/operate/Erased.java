package dev.alluvium.cli.operate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.Table;
import dev.alluvium.cli.operate.Lineage.InWindow;
import dev.alluvium.cli.operate.Lineage.Learnt;
import dev.alluvium.cli.operate.Lineage.Result;
import dev.alluvium.cli.operate.Traces.Trace;
import dev.alluvium.schemas.avro.Answer;
import dev.alluvium.schemas.avro.VersionStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What an erasure came to, for people and for programs.
 *
 * @param found what the topics know of the pair after it
 * @param answer the mixer's
 * @param traces where its words may still be
 * @param now when it was carried out
 */
record Erased(LineageSearch found, Answer answer, List<Trace> traces, Instant now) {
  /** Dates are told to the minute. */
  Erased {
    now = now.truncatedTo(ChronoUnit.MINUTES);
  }

  /** For people. */
  void print(CommonOptions to) {
    Lineage lineage = found.lineage();
    if (!answer.getAccepted()) {
      to.say("refused, %s: %s".formatted(answer.getReason(), answer.getDetail()));
      return;
    }
    to.say("pair %s is erased".formatted(lineage.pair()));
    Table purged = new Table("LEFT", "HOW MANY");
    new TreeMap<>(answer.getCounts()).forEach((place, n) -> purged.row(place, n));
    purged.print(to.err());
    if (!waiting().isEmpty()) {
      to.say(
          "on their way to the trainer: windows %s. It leaves the pair out of those that it has not begun; what became of them `alluvium lineage %s` tells"
              .formatted(told(waiting()), lineage.pair()));
    }
    LineageText.versions(lineage, to);
    Table topics = new Table("TOPIC", "MAY HOLD", "ITS WORDS ARE GONE");
    traces.forEach(trace -> topics.row(trace.topic(), trace.holds(), trace.when(now)));
    topics.print(to.err());
    to.say("not erased:");
    kept().forEach(one -> to.say("  " + one));
  }

  /** For programs. */
  ObjectNode json() {
    Lineage lineage = found.lineage();
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("pair", lineage.pair());
    json.put("accepted", answer.getAccepted())
        .put("reason", answer.getReason())
        .put("detail", answer.getDetail());
    ObjectNode purged = json.putObject("purged");
    new TreeMap<>(answer.getCounts()).forEach(purged::put);
    ArrayNode windows = json.putArray("on_their_way");
    waiting().forEach(windows::add);
    ArrayNode topics = json.putArray("topics");
    for (Trace trace : traces) {
      topics
          .addObject()
          .put("topic", trace.topic())
          .put("may_hold", trace.holds())
          .put("cleanup", trace.keeping().cleanup())
          .put("gone_by", trace.goneBy(now).map(Instant::toString).orElse(null));
    }
    ArrayNode kept = json.putArray("not_erased");
    kept().forEach(kept::add);
    json.set("lineage", LineageJson.of(lineage, found.searched()));
    return json;
  }

  /** Windows with the pair that have no outcome yet. */
  private List<Long> waiting() {
    return found.lineage().places().stream()
        .filter(place -> place.result() == Result.WAITING)
        .map(InWindow::window)
        .distinct()
        .toList();
  }

  /** What an erasure does not reach, in words. */
  private List<String> kept() {
    List<String> kept = new ArrayList<>();
    List<String> learnt =
        found.lineage().versions().stream()
            .filter(version -> version.status() != VersionStatus.ROLLED_BACK)
            .map(Learnt::version)
            .toList();
    if (!learnt.isEmpty()) {
      kept.add(
          "what %s learnt: weights cannot forget one pair. Return to a version before them (`alluvium models rollback`) or train anew, and delete their files"
              .formatted(String.join(", ", learnt)));
    }
    if (!found.lineage().letters().isEmpty()) {
      kept.add(
          "%d dead letters of it, which may have its words"
              .formatted(found.lineage().letters().size()));
    }
    kept.add(
        "a pair that waits in curate for its target: it comes to the ledger later, to be erased then");
    kept.add(
        "probes in checkpoints that are on disk: the trainer's next one is without it, older ones go as train.keep says");
    kept.add("hashes by which duplicates are known; they are not its words");
    kept.add("what producers, exports and backups have");
    return kept;
  }

  private static String told(List<Long> windows) {
    return windows.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
