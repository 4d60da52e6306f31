package dev.alluvium.cli.operate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.operate.Lineage.Edition;
import dev.alluvium.cli.operate.Lineage.HeldOut;
import dev.alluvium.cli.operate.Lineage.InWindow;
import dev.alluvium.cli.operate.Lineage.Learnt;
import dev.alluvium.cli.operate.Lineage.Letter;
import dev.alluvium.cli.operate.Lineage.Result;
import dev.alluvium.cli.operate.Lineage.Text;
import dev.alluvium.cli.operate.Lineage.Words;
import dev.alluvium.schemas.avro.JudgeVerdict;
import dev.alluvium.schemas.avro.Prompt;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A lineage for programs. */
final class LineageJson {
  private LineageJson() {}

  /**
   * One object.
   *
   * @param searched where each topic began
   */
  static ObjectNode of(Lineage lineage, List<String> searched) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("pair", lineage.pair());
    ArrayNode editions = json.putArray("editions");
    lineage.editions().forEach(edition -> put(editions.addObject(), edition));
    ArrayNode erased = json.putArray("erased");
    lineage.erased().forEach(erased::add);
    ArrayNode letters = json.putArray("dead_letters");
    lineage.letters().forEach(letter -> put(letters.addObject(), letter));
    ArrayNode windows = json.putArray("windows");
    lineage.places().forEach(place -> put(windows.addObject(), place));
    ArrayNode versions = json.putArray("versions");
    lineage.versions().forEach(version -> put(versions.addObject(), version));
    put(json.putArray("versions_untold"), lineage.untold());
    put(json.putArray("searched_from"), searched);
    return json;
  }

  private static void put(ObjectNode node, Edition edition) {
    node.put("offset", edition.offset())
        .put("kind", edition.words() == null ? "PROBE" : "CANDIDATE")
        .put("arrived", Place.of(edition.arrived()))
        .put("event_time", edition.eventTime() == null ? null : edition.eventTime().toString())
        .put("skill", edition.skill())
        .put("group", edition.group())
        .put("source", edition.source())
        .put("superseded_by", edition.supersededBy());
    if (edition.words() != null) {
      put(node, edition.words());
      node.put("template", edition.words().template());
      ArrayNode verdicts = node.putArray("verdicts");
      edition.verdicts().forEach(verdict -> put(verdicts.addObject(), verdict));
    }
    HeldOut heldOut = edition.heldOut();
    if (heldOut != null) {
      node.put("window", heldOut.window());
      put(node.putArray("measured"), heldOut.measured());
    }
    if (edition.text() != null) {
      put(node.putObject("text"), edition.text());
    }
  }

  private static void put(ObjectNode node, Words words) {
    node.put("origin", words.origin().name())
        .put("reason", words.reason())
        .put("model_version", words.version());
  }

  private static void put(ObjectNode node, JudgeVerdict verdict) {
    node.put("kind", verdict.getKind().name())
        .put("judge", verdict.getJudge())
        .put("version", verdict.getVersion())
        .put("decision", verdict.getDecision().name())
        .put("score", verdict.getScore())
        .put("reason", verdict.getReason());
  }

  private static void put(ObjectNode node, Text text) {
    Prompt prompt = text.prompt();
    node.put("instruction", prompt.getInstruction()).put("context", prompt.getContext());
    ArrayNode history = node.putArray("history");
    prompt
        .getHistory()
        .forEach(
            turn -> history.addObject().put("role", turn.getRole()).put("text", turn.getText()));
    node.put("target", text.target()).put("gold", text.gold());
  }

  private static void put(ObjectNode node, Letter letter) {
    node.put("offset", letter.offset())
        .put("time", letter.time().toString())
        .put("stage", letter.stage())
        .put("reason", letter.reason())
        .put("source", Place.of(letter.source()));
    if (letter.detail() != null) {
      node.put("detail", letter.detail());
    }
  }

  private static void put(ObjectNode node, InWindow place) {
    node.put("window", place.window())
        .put("offset", place.offset())
        .put("arrived", Place.of(place.arrived()))
        .put("replay_of", place.replayOf())
        .put("outcome", outcome(place.result()));
    put(node, place.words());
  }

  /** Null while there is none. */
  private static @Nullable String outcome(Result result) {
    return result == Result.WAITING ? null : result.name();
  }

  private static void put(ObjectNode node, Learnt version) {
    node.put("version", version.version())
        .put("status", version.status().name())
        .put("serving", version.answers());
    ArrayNode windows = node.putArray("windows");
    version.windows().forEach(windows::add);
  }

  private static void put(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }
}
