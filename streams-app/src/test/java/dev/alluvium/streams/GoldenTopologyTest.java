package dev.alluvium.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.judges.JudgeTools;
import dev.alluvium.judges.Judges;
import dev.alluvium.schemas.pair.RegisteredSchemas;
import dev.alluvium.schemas.serde.SchemaHistory;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.config.CurateSettings;
import dev.alluvium.streams.config.MixSettings;
import dev.alluvium.streams.config.S3ftSettings;
import dev.alluvium.streams.config.WatchSettings;
import dev.alluvium.streams.curate.CurateTopology;
import dev.alluvium.streams.mix.MixTopology;
import dev.alluvium.streams.watch.WatchTopology;
import java.io.IOException;
import java.io.InputStream;
import org.apache.avro.message.SchemaStore;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;

/**
 * The whole description of every topology. A changed name here loses state and internal topics of
 * running pipelines: it needs a word to operators.
 */
class GoldenTopologyTest {
  private final SchemaStore schemas = SchemaHistory.store();
  private final Topics topics = new Topics("", schemas);

  @Test
  void curate() throws IOException {
    assertThatMatches(
        "curate.txt",
        new CurateTopology(
                CurateSettings.defaults(),
                S3ftSettings.defaults(),
                new Judges(
                    JudgeSettings.DEFAULT,
                    new JudgeTools(JudgeSettings.DEFAULT.sandbox().toSandbox())),
                topics,
                schemas,
                RegisteredSchemas.ownOnly())
            .build());
  }

  @Test
  void mix() throws IOException {
    assertThatMatches("mix.txt", new MixTopology(MixSettings.defaults(), topics, schemas).build());
  }

  @Test
  void watch() throws IOException {
    assertThatMatches(
        "watch.txt", new WatchTopology(WatchSettings.defaults(), topics, schemas).build());
  }

  private static void assertThatMatches(String golden, Topology topology) throws IOException {
    try (InputStream in = GoldenTopologyTest.class.getResourceAsStream("/topology/" + golden)) {
      assertThat(in).as(golden).isNotNull();
      assertThat(topology.describe().toString()).isEqualTo(new String(in.readAllBytes(), UTF_8));
    }
  }
}
