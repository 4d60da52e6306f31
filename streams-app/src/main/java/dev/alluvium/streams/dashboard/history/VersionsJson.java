package dev.alluvium.streams.dashboard.history;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.ProbeComparison;
import dev.alluvium.schemas.avro.ProbeResult;
import dev.alluvium.schemas.avro.SkillTransfer;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Versions and their probes as JSON. */
final class VersionsJson {
  private final JsonGenerator json;

  VersionsJson(JsonGenerator json) {
    this.json = json;
  }

  void write(VersionList versions) throws IOException {
    json.writeArrayFieldStart("versions");
    for (ModelVersion version : versions.all()) {
      version(version);
    }
    json.writeEndArray();
  }

  private void version(ModelVersion version) throws IOException {
    json.writeStartObject();
    json.writeStringField("version", version.getVersion());
    json.writeStringField("status", version.getStatus().name());
    json.writeStringField("reason", Texts.cut(version.getReason(), Texts.SENTENCE));
    json.writeStringField("method", Texts.cut(version.getMethod(), Texts.NAME));
    json.writeNumberField("firstWindow", version.getFirstWindow());
    json.writeNumberField("lastWindow", version.getLastWindow());
    json.writeNumberField("time", version.getCreatedAt().toEpochMilli());
    json.writeObjectFieldStart("probes");
    for (Map.Entry<String, ProbeComparison> skill :
        new TreeMap<>(version.getProbes()).entrySet().stream().limit(Books.NAMES + 1).toList()) {
      json.writeObjectFieldStart(Texts.cut(skill.getKey(), Texts.NAME));
      result("before", skill.getValue().getBefore());
      result("after", skill.getValue().getAfter());
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeObjectFieldStart("transfer");
    for (Map.Entry<String, SkillTransfer> skill :
        new TreeMap<>(version.getTransfer()).entrySet().stream().limit(Books.NAMES + 1).toList()) {
      json.writeObjectFieldStart(Texts.cut(skill.getKey(), Texts.NAME));
      known("divergence", skill.getValue().getDivergence());
      known("forward", skill.getValue().getForward());
      known("backward", skill.getValue().getBackward());
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private void known(String name, @Nullable Double value) throws IOException {
    if (value != null) {
      HistoryJson.number(json, name, value);
    }
  }

  private void result(String name, ProbeResult result) throws IOException {
    json.writeObjectFieldStart(name);
    HistoryJson.number(json, "perplexity", result.getPerplexity());
    HistoryJson.number(json, "accuracy", result.getAccuracy());
    json.writeNumberField("n", result.getN());
    json.writeEndObject();
  }
}
