package dev.alluvium.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.streams.config.CurateSettings;
import dev.alluvium.streams.config.MixSettings;
import dev.alluvium.streams.config.S3ftSettings;
import dev.alluvium.streams.config.StreamsSettings;
import dev.alluvium.streams.config.WatchSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class ClientSettingsTest {
  private static final StreamsSettings SETTINGS =
      new StreamsSettings(
          "somewhere",
          3,
          Duration.ofMillis(250),
          1,
          3,
          CurateSettings.defaults(),
          S3ftSettings.defaults(),
          JudgeSettings.DEFAULT,
          MixSettings.defaults(),
          WatchSettings.defaults());

  @Test
  void everySettingReachesKafkaStreams() {
    StreamsConfig config = new StreamsConfig(of(KafkaSettings.at("host:9092")));
    assertThat(config.getString(StreamsConfig.APPLICATION_ID_CONFIG)).isEqualTo("alluvium-curate");
    assertThat(config.getString(StreamsConfig.STATE_DIR_CONFIG)).isEqualTo("somewhere");
    assertThat(config.getInt(StreamsConfig.NUM_STREAM_THREADS_CONFIG)).isEqualTo(3);
    assertThat(config.getLong(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG)).isEqualTo(250);
    assertThat(config.getInt(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG)).isEqualTo(1);
    assertThat(config.getInt(StreamsConfig.REPLICATION_FACTOR_CONFIG)).isEqualTo(3);
    assertThat(config.getString(StreamsConfig.PROCESSING_GUARANTEE_CONFIG))
        .isEqualTo("exactly_once_v2");
    assertThat(config.getBoolean(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG))
        .isTrue();
  }

  @Test
  void clientsTakeTheLargestRecordsAndInternalTopicsTwoMebibytes() {
    StreamsConfig config = new StreamsConfig(of(KafkaSettings.at("host:9092")));
    assertThat(config.getProducerConfigs("p"))
        .containsEntry("max.request.size", Integer.toString(4 * 1024 * 1024 + 64 * 1024));
    assertThat(config.originalsWithPrefix(StreamsConfig.TOPIC_PREFIX))
        .containsEntry("max.message.bytes", Integer.toString(2 * 1024 * 1024));
    assertThat(config.getMainConsumerConfigs("g", "c", 0))
        .containsEntry("auto.offset.reset", "earliest")
        .containsEntry("isolation.level", "read_committed");
  }

  @Test
  void whatTheUserSetWins() {
    Properties properties =
        of(
            new KafkaSettings(
                Map.of(
                    "bootstrap.servers", "host:9092",
                    "security.protocol", "SSL",
                    "commit.interval.ms", "77")));
    assertThat(properties)
        .containsEntry("security.protocol", "SSL")
        .containsEntry("commit.interval.ms", "77");
  }

  @Test
  void soDoesWhatTheUserSetWithoutAPrefixForAllClients() {
    KafkaSettings kafka =
        new KafkaSettings(
            Map.of(
                "bootstrap.servers", "host:9092",
                "compression.type", "zstd",
                "max.request.size", "5000000"));

    assertThat(new StreamsConfig(of(kafka)).getProducerConfigs("p"))
        .containsEntry("compression.type", "zstd")
        .containsEntry("max.request.size", "5000000");
  }

  private static Properties of(KafkaSettings kafka) {
    return ClientSettings.of("alluvium-curate", 3, SETTINGS, kafka);
  }
}
