package dev.alluvium.streams.dashboard.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A history as JSON, for the page. Times are milliseconds since 1970; what is not known is null or
 * left out; counts by skill or origin are arrays in the order of {@code skills} or {@code origins}.
 */
final class HistoryJson {
  private static final JsonFactory JSON = new JsonFactory();

  private final History history;
  private final List<String> skills;

  HistoryJson(History history) {
    this.history = history;
    this.skills = history.skills.all();
  }

  /** Everything. */
  String everything() {
    return write(true, -1);
  }

  /** What changed after a change. */
  String since(long known) {
    return write(false, known);
  }

  private String write(boolean everything, long known) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeBooleanField("everything", everything);
      json.writeStringField("epoch", history.epoch);
      json.writeNumberField("change", history.lastChange());
      names(json, "skills", skills);
      names(json, "origins", history.origins.all());
      json.writeObjectFieldStart("buckets");
      timeline(json, "recent", history.recent, known);
      timeline(json, "whole", history.whole, known);
      json.writeEndObject();
      new TotalsJson(json).write(history.totals());
      new DriftJson(json).write(history.drift, history.totals().standing());
      if (everything || history.versions.changed() > known) {
        new VersionsJson(json).write(history.versions);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter has none
    }
    return text.toString();
  }

  private void timeline(JsonGenerator json, String name, Timeline timeline, long known)
      throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("width", timeline.width());
    json.writeArrayFieldStart("rows");
    for (Bucket bucket : timeline.buckets()) {
      if (bucket.changed > known) {
        row(json, bucket);
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void row(JsonGenerator json, Bucket bucket) throws IOException {
    json.writeStartObject();
    json.writeNumberField("time", bucket.start);
    counts(json, "planned", bucket.planned);
    counts(json, "arrived", bucket.arrived);
    counts(json, "trained", bucket.trained);
    counts(json, "replayed", bucket.replayed);
    counts(json, "origins", bucket.origins);
    if (bucket.windows > 0) {
      json.writeNumberField("windows", bucket.windows);
      json.writeNumberField("lastWindow", bucket.lastWindow);
    }
    if (bucket.stage != null) {
      json.writeStringField("stage", bucket.stage);
    }
    if (bucket.alarms > 0) {
      json.writeNumberField("alarms", bucket.alarms);
    }
    mean(json, "lossFirst", bucket.lossFirst);
    mean(json, "lossLast", bucket.lossLast);
    most(json, "lossMost", bucket.lossFirst);
    mean(json, "targetWait", bucket.targetWait);
    mean(json, "poolWait", bucket.poolWait);
    mean(json, "windowWait", bucket.windowWait);
    most(json, "psi", bucket.psi);
    most(json, "js", bucket.js);
    most(json, "trainedPsi", bucket.trainedPsi);
    json.writeEndObject();
  }

  private static void counts(JsonGenerator json, String name, Counts counts) throws IOException {
    if (counts.size() > 0) {
      json.writeArrayFieldStart(name);
      for (int i = 0; i < counts.size(); i++) {
        json.writeNumber(counts.of(i));
      }
      json.writeEndArray();
    }
  }

  private static void mean(JsonGenerator json, String name, Mean mean) throws IOException {
    number(json, name, mean.value());
  }

  private static void most(JsonGenerator json, String name, Mean mean) throws IOException {
    number(json, name, mean.most());
  }

  /** A number to five digits; left out when there is none. */
  static void number(JsonGenerator json, String name, double value) throws IOException {
    if (Double.isFinite(value)) {
      json.writeFieldName(name);
      json.writeNumber(Double.toString(rounded(value)));
    }
  }

  private static double rounded(double value) {
    if (value == 0) {
      return 0;
    }
    double scale = Math.pow(10, 4 - Math.floor(Math.log10(Math.abs(value))));
    double rounded = Math.round(value * scale) / scale;
    return Double.isFinite(rounded) ? rounded : value;
  }

  private static void names(JsonGenerator json, String name, List<String> names)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String each : names) {
      json.writeString(each);
    }
    json.writeEndArray();
  }
}
