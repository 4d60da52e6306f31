package dev.alluvium.streams.dashboard.history;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.alluvium.schemas.avro.DriftAlarm;
import dev.alluvium.schemas.avro.DriftReport;
import dev.alluvium.schemas.avro.SkillDrift;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Drift and alarms as JSON. */
final class DriftJson {
  private final JsonGenerator json;

  DriftJson(JsonGenerator json) {
    this.json = json;
  }

  void write(DriftLog log, Map<String, Long> standing) throws IOException {
    json.writeObjectFieldStart("drift");
    DriftReport last = log.last();
    if (last != null) {
      last(last);
    }
    json.writeArrayFieldStart("standing");
    for (Map.Entry<String, Long> alarm : standing.entrySet()) {
      json.writeStartObject();
      json.writeStringField("alarm", Texts.cut(alarm.getKey(), 2 * Texts.NAME));
      json.writeNumberField("window", alarm.getValue());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("events");
    for (DriftLog.Event event : log.events()) {
      event(event);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void last(DriftReport last) throws IOException {
    json.writeNumberField("window", last.getWindowId());
    optional("psi", last.getPsi());
    optional("js", last.getJs());
    optional("effect", last.getEffect());
    optional("p", last.getP());
    optional("trainedPsi", last.getTrainedPsi());
    if (last.getNote() != null) {
      json.writeStringField("note", Texts.cut(last.getNote(), Texts.SENTENCE));
    }
    json.writeObjectFieldStart("skills");
    for (Map.Entry<String, SkillDrift> skill :
        new TreeMap<>(last.getSkills()).entrySet().stream().limit(Books.NAMES + 1).toList()) {
      json.writeObjectFieldStart(Texts.cut(skill.getKey(), Texts.NAME));
      optional("recent", skill.getValue().getRecent());
      optional("reference", skill.getValue().getReference());
      optional("due", skill.getValue().getDue());
      optional("trained", skill.getValue().getTrained());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private void event(DriftLog.Event event) throws IOException {
    DriftAlarm alarm = event.alarm();
    json.writeStartObject();
    json.writeNumberField("time", event.time());
    json.writeNumberField("window", event.window());
    json.writeStringField("event", alarm.getEvent().name());
    json.writeStringField("kind", Texts.cut(alarm.getKind(), Texts.NAME));
    if (alarm.getSkill() != null) {
      json.writeStringField("skill", Texts.cut(alarm.getSkill(), Texts.NAME));
    }
    HistoryJson.number(json, "value", alarm.getValue());
    HistoryJson.number(json, "threshold", alarm.getThreshold());
    json.writeStringField("text", Texts.cut(alarm.getText(), Texts.SENTENCE));
    json.writeEndObject();
  }

  private void optional(String name, @Nullable Double value) throws IOException {
    if (value != null) {
      HistoryJson.number(json, name, value);
    }
  }
}
