package dev.alluvium.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.schemas.client.KafkaSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's own config providers in a settings file, as Kafka's own clients read it. */
class ProviderReferencesTest {
  @TempDir private Path directory;

  @Test
  void everyClientSeesWhatTheProvidersAnswer() throws IOException {
    Path properties = Files.writeString(directory.resolve("s.properties"), "rack=from-a-file\n");
    Files.writeString(directory.resolve("id"), "from-a-directory");
    KafkaSettings kafka =
        file(
            """
            kafka:
              bootstrap.servers: localhost:1
              config.providers: env, file,dir
              client.rack: ${file:%s:rack}
              client.id: ${dir:%s:id}
              sasl.oauthbearer.scope: ${env:PATH}
              ssl.keystore.password: "${env:PATH}"
            """
                .formatted(properties, directory));
    ProviderReferences.check(kafka);

    AbstractConfig consumer =
        new ConsumerConfig(
            ConsumerConfig.appendDeserializerToConfig(
                originals(kafka.consumer()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer()));
    assertThat(consumer.getString("client.rack")).isEqualTo("from-a-file");
    assertThat(consumer.getString("sasl.oauthbearer.scope")).isEqualTo(System.getenv("PATH"));
    AbstractConfig admin = new AdminClientConfig(kafka.admin());
    assertThat(admin.getString("client.id")).isEqualTo("from-a-directory");
    assertThat(admin.getPassword("ssl.keystore.password").value()).isEqualTo(System.getenv("PATH"));
    Map<String, Object> producer = originals(kafka.producer());
    producer.put("key.serializer", ByteArraySerializer.class);
    producer.put("value.serializer", ByteArraySerializer.class);
    assertThat(new ProducerConfig(producer).getString("client.id")).isEqualTo("from-a-directory");
    assertThat(Redaction.of("rack from-a-file, id from-a-directory")).isEqualTo("rack ***, id ***");
  }

  @Test
  void whatAProviderDoesNotKnowIsNamed() throws IOException {
    KafkaSettings kafka =
        file("kafka:\n  config.providers: env\n  ssl.key.password: ${env:NOBODY_HAS_SET_THIS}\n");

    assertThatThrownBy(() -> ProviderReferences.check(kafka))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "kafka.ssl.key.password: ${env:NOBODY_HAS_SET_THIS} has no value: the config provider env does not know it");
  }

  @Test
  void aProviderThatIsNotSetIsNamed() throws IOException {
    KafkaSettings kafka = file("kafka:\n  ssl.key.password: ${env:PATH}\n");

    assertThatThrownBy(() -> ProviderReferences.check(kafka))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "kafka.ssl.key.password: ${env:PATH} names the config provider env: expected it in kafka.config.providers");
  }

  @Test
  void aFileThatIsNotThereIsNamed() throws IOException {
    KafkaSettings kafka =
        file("kafka:\n  config.providers: file\n  ssl.key.password: ${file:/no/such:key}\n");

    assertThatThrownBy(() -> ProviderReferences.check(kafka))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("kafka.config.providers")
        .hasMessageContaining("/no/such");
  }

  @Test
  void aDollarThatIsNoReferenceIsLeftAlone() throws IOException {
    KafkaSettings kafka = file("kafka:\n  ssl.key.password: ${a${vault:b}\n");

    assertThatCode(() -> ProviderReferences.check(kafka)).doesNotThrowAnyException();
  }

  private KafkaSettings file(String yaml) throws IOException {
    Path file = Files.writeString(directory.resolve("alluvium.yaml"), yaml);
    return new SettingsLoader(Map.of()).load(Optional.of(file), Map.of()).settings().cluster();
  }

  private static Map<String, Object> originals(java.util.Properties properties) {
    Map<String, Object> originals = new HashMap<>();
    properties.forEach((key, value) -> originals.put(String.valueOf(key), value));
    return originals;
  }
}
