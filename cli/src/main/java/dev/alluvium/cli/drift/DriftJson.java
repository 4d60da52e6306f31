package dev.alluvium.cli.drift;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.schemas.avro.DriftAlarm;
import dev.alluvium.schemas.avro.DriftReport;
import java.util.TreeMap;

/** The drift of the last windows for programs. */
final class DriftJson {
  private DriftJson() {}

  static ObjectNode of(DriftHistory history) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    ArrayNode windows = result.putArray("windows");
    history.reports().forEach(report -> put(windows.addObject(), report));
    ObjectNode standing = result.putObject("standing");
    history.standing().forEach(standing::put);
    return result;
  }

  private static void put(ObjectNode window, DriftReport report) {
    window.put("window", report.getWindowId());
    ObjectNode skills = window.putObject("skills");
    new TreeMap<>(report.getSkills())
        .forEach(
            (name, skill) ->
                skills
                    .putObject(name)
                    .put("planned", skill.getPlanned())
                    .put("arrived", skill.getArrived())
                    .put("trained", skill.getTrained())
                    .put("recent", skill.getRecent())
                    .put("reference", skill.getReference())
                    .put("due", skill.getDue()));
    window
        .put("psi", report.getPsi())
        .put("js", report.getJs())
        .put("g", report.getG())
        .put("effect", report.getEffect())
        .put("p", report.getP())
        .put("dispersion", report.getDispersion())
        .put("trained_psi", report.getTrainedPsi())
        .put("trained_js", report.getTrainedJs())
        .put("examples", report.getExamples());
    if (report.getFirstReference() == null) {
      window.putNull("reference");
    } else {
      window.putArray("reference").add(report.getFirstReference()).add(report.getLastReference());
    }
    ObjectNode rates = window.putObject("rates");
    new TreeMap<>(report.getRates())
        .forEach(
            (name, rate) ->
                rates
                    .putObject(name)
                    .put("value", rate.getValue())
                    .put("reference", rate.getReference())
                    .put("n", rate.getN())
                    .put("p", rate.getP()));
    ArrayNode alarms = window.putArray("alarms");
    report.getAlarms().forEach(alarm -> put(alarms.addObject(), alarm));
    window.put("note", report.getNote());
  }

  private static void put(ObjectNode node, DriftAlarm alarm) {
    node.put("event", alarm.getEvent().name())
        .put("kind", alarm.getKind())
        .put("skill", alarm.getSkill())
        .put("value", alarm.getValue())
        .put("threshold", alarm.getThreshold())
        .put("text", alarm.getText());
  }
}
