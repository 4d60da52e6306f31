package dev.alluvium.schemas.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user may set for Kafka's clients, and what the guarantees keep to themselves. */
class KafkaSettingsTest {
  private static final String SERVERS = "bootstrap.servers";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "isolation.level",
        "enable.idempotence",
        "transactional.id",
        "processing.guarantee",
        "application.id",
        "enable.auto.commit",
        "producer.enable.idempotence",
        "consumer.isolation.level",
        "main.consumer.isolation.level",
        "restore.consumer.isolation.level",
        "global.consumer.isolation.level",
      })
  void whatTheGuaranteesStandOnIsRefused(String key) {
    assertThatThrownBy(() -> new KafkaSettings(Map.of(SERVERS, "a:1", key, "x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("kafka." + key + " cannot be set: ")
        .hasMessageContaining("remove the key");
  }

  @Test
  void everyRefusedKeyIsNamed() {
    assertThatThrownBy(
            () ->
                new KafkaSettings(
                    Map.of(SERVERS, "a:1", "application.id", "x", "enable.idempotence", "false")))
        .hasMessageContaining("kafka.enable.idempotence cannot")
        .hasMessageContaining("kafka.application.id cannot");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "security.protocol",
        "linger.ms",
        "producer.linger.ms",
        "group.instance.id",
        "consumer.max.poll.records",
        "sasl.jaas.config",
      })
  void everythingElseIsTheUsersAndWins(String key) {
    KafkaSettings kafka = new KafkaSettings(Map.of(SERVERS, "a:1", key, "theirs"));

    assertThat(kafka.with(Map.of(key, "ours", "other", "ours")))
        .containsEntry(key, "theirs")
        .containsEntry("other", "ours");
    assertThat(kafka.consumer()).containsEntry("isolation.level", "read_committed");
    assertThat(kafka.producer()).containsEntry("acks", "all");
  }
}
