package dev.alluvium.streams.watch;

import static java.util.Objects.requireNonNull;

import dev.alluvium.schemas.avro.AlarmEvent;
import dev.alluvium.schemas.avro.DriftAlarm;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.streams.config.WatchSettings;
import dev.alluvium.streams.watch.fold.WatchFold;
import dev.alluvium.streams.watch.fold.WatchOutput;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Feeds the reports to the fold, writes what comes out, and logs alarms. */
final class WatchProcessor implements Processor<String, Report, String, Report> {
  static final String REPORT_KEY = "watch";

  private static final Logger LOG = LoggerFactory.getLogger(WatchProcessor.class);

  private final WatchSettings settings;
  private @Nullable ProcessorContext<String, Report> context;
  private @Nullable WatchFold fold;

  WatchProcessor(WatchSettings settings) {
    this.settings = settings;
  }

  @Override
  public void init(ProcessorContext<String, Report> context) {
    this.context = context;
    this.fold = new WatchFold(new WatchStores(context), settings);
  }

  @Override
  public void process(Record<String, Report> record) {
    requireNonNull(fold)
        .fold(
            record.value(),
            new WatchOutput() {
              @Override
              public void report(Report report) {
                requireNonNull(context)
                    .forward(new Record<>(REPORT_KEY, report, record.timestamp()));
              }

              @Override
              public void alarm(long windowId, DriftAlarm alarm) {
                log(windowId, alarm);
              }

              @Override
              public void ignored(String reason, String detail) {
                LOG.debug("a report has no effect: {}: {}", reason, detail);
              }
            });
  }

  private static void log(long windowId, DriftAlarm alarm) {
    if (alarm.getEvent() == AlarmEvent.ALARM) {
      LOG.warn("drift at window {}: {}", windowId, alarm.getText());
    } else {
      LOG.info("no more drift at window {}: {}", windowId, alarm.getText());
    }
  }
}
