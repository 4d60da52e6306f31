package dev.alluvium.streams.curate;

import static dev.alluvium.streams.curate.CurateHarness.TOPICS;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Command;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.PolicyChange;
import dev.alluvium.streams.DriverProperties;
import dev.alluvium.streams.config.MixSettings;
import dev.alluvium.streams.mix.MixTopology;
import java.util.List;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;

/** What the mixer makes of candidates. */
final class Windows {
  private Windows() {}

  /** The examples of all windows, in the order of training.windows.v1. */
  static List<Example> of(List<Candidate> candidates) {
    MixSettings settings = MixSettings.defaults();
    try (TopologyTestDriver driver =
        new TopologyTestDriver(
            new MixTopology(settings, TOPICS, CurateHarness.SCHEMAS).build(),
            DriverProperties.of(TOPICS.id("mix")),
            CurateHarness.NOON)) {
      TestInputTopic<String, LedgerEntry> ledger =
          driver.createInputTopic(
              TOPICS.ledger().name(),
              new StringSerializer(),
              TOPICS.ledger().values().serializer());
      ledger.pipeInput(new LedgerEntry(new PolicyChange("p", null, false, settings.rules())));
      candidates.forEach(candidate -> ledger.pipeInput(new LedgerEntry(candidate)));
      ledger.pipeInput(
          new LedgerEntry(
              Command.newBuilder().setRequestId("f").setKind(CommandKind.FLUSH).build()));
      return driver
          .createOutputTopic(
              TOPICS.windows().name(),
              new StringDeserializer(),
              TOPICS.windows().values().deserializer())
          .readValuesToList()
          .stream()
          .map(record -> record.getRecord())
          .filter(Example.class::isInstance)
          .map(Example.class::cast)
          .toList();
    }
  }
}
