package dev.alluvium.streams.dashboard.history;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.alluvium.schemas.avro.AskReport;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.avro.TrainReport;
import dev.alluvium.schemas.avro.WindowReport;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The newest totals as JSON. */
final class TotalsJson {
  private final JsonGenerator json;

  TotalsJson(JsonGenerator json) {
    this.json = json;
  }

  void write(Totals totals) throws IOException {
    feed(totals.feed());
    json.writeArrayFieldStart("funnel");
    for (Totals.Step step : totals.funnel()) {
      step(step);
    }
    json.writeEndArray();
    asked(totals.asked());
    mix(totals.mix(), totals.closed());
    trained(totals);
    json.writeObjectFieldStart("waits");
    for (Map.Entry<String, Double> wait : totals.waits().entrySet()) {
      HistoryJson.number(json, wait.getKey(), wait.getValue());
    }
    json.writeEndObject();
  }

  private void feed(FeedState feed) throws IOException {
    json.writeObjectFieldStart("feed");
    json.writeStringField("phase", feed.phase().name());
    json.writeStringField("detail", Texts.cut(feed.detail(), Texts.SENTENCE));
    json.writeNumberField("behind", feed.behind());
    json.writeNumberField("unreadable", feed.unreadable());
    json.writeNumberField("since", feed.since().toEpochMilli());
    json.writeEndObject();
  }

  private void step(Totals.Step step) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", step.name());
    json.writeNumberField("count", step.count());
    json.writeArrayFieldStart("leaks");
    for (Totals.Leak leak : step.leaks()) {
      json.writeStartObject();
      json.writeStringField("name", Texts.cut(leak.name(), 2 * Texts.NAME));
      json.writeNumberField("count", leak.count());
      json.writeBooleanField("waits", leak.waits());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void asked(AskReport asked) throws IOException {
    json.writeObjectFieldStart("asked");
    json.writeNumberField("waiting", asked.getWaiting());
    json.writeNumberField("parked", asked.getParked());
    Map<String, Long> reasons = new TreeMap<>();
    asked
        .getSkills()
        .values()
        .forEach(s -> s.getReasons().forEach((r, n) -> reasons.merge(r, n, Long::sum)));
    counts("reasons", reasons);
    json.writeEndObject();
  }

  private void mix(@Nullable MixReport mix, @Nullable WindowReport closed) throws IOException {
    if (mix != null) {
      json.writeObjectFieldStart("mix");
      counts("pooled", mix.getPooled());
      counts("origins", mix.getOrigins());
      json.writeObjectFieldStart("boosts");
      for (Map.Entry<String, Integer> boost : new TreeMap<>(mix.getBoosts()).entrySet()) {
        json.writeNumberField(Texts.cut(boost.getKey(), Texts.NAME), boost.getValue());
      }
      json.writeEndObject();
      json.writeNumberField("queued", mix.getQueued());
      json.writeNumberField("stale", mix.getStale());
      json.writeNumberField("lastWindow", mix.getLastWindow());
      json.writeNumberField("lastOutcome", mix.getLastOutcome());
      if (closed != null && closed.getStage() != null) {
        json.writeStringField("stage", Texts.cut(closed.getStage(), Texts.NAME));
      }
      json.writeEndObject();
    }
  }

  private void trained(Totals totals) throws IOException {
    TrainReport last = totals.trained();
    if (last != null) {
      json.writeObjectFieldStart("trained");
      json.writeNumberField("window", last.getWindowId());
      json.writeNumberField("windows", totals.windows());
      json.writeNumberField("tokens", Funnel.sum(totals.tokens()));
      json.writeNumberField("steps", last.getSteps());
      json.writeNumberField("skippedSteps", totals.skippedSteps());
      HistoryJson.number(json, "lossFirst", last.getLossFirst());
      HistoryJson.number(json, "lossLast", last.getLossLast());
      HistoryJson.number(json, "learningRate", last.getLearningRate());
      HistoryJson.number(json, "seconds", last.getMillis() / 1000.0);
      json.writeEndObject();
    }
  }

  private void counts(String name, Map<String, Long> counts) throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, Long> count : Books.plus(counts, Map.of()).entrySet()) {
      json.writeNumberField(count.getKey(), count.getValue());
    }
    json.writeEndObject();
  }
}
