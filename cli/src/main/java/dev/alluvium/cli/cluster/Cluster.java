package dev.alluvium.cli.cluster;

import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.serde.SchemaHistory;
import dev.alluvium.schemas.serde.TopicSchemaStore;
import dev.alluvium.schemas.topic.Topics;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.message.SchemaStore;

/**
 * A namespace on a cluster: how to reach it, its catalogue, and the schemas its records were
 * written with.
 *
 * @param kafka how to reach it
 * @param topics the catalogue
 * @param schemas bundled schemas and those in {@code schemas.v1}
 */
public record Cluster(KafkaSettings kafka, Topics topics, SchemaStore schemas) {

  /** The cluster and namespace the settings name. */
  public static Cluster of(AlluviumSettings settings) {
    return of(settings.cluster(), settings.namespace());
  }

  /** A namespace on a cluster. */
  public static Cluster of(KafkaSettings kafka, String namespace) {
    Topics bundledOnly = new Topics(namespace, SchemaHistory.store());
    TopicReader reader = new TopicReader(kafka);
    SchemaStore schemas =
        new TopicSchemaStore(
            () -> {
              List<String> published = new ArrayList<>();
              reader.read(bundledOnly.schemas(), record -> published.add(record.value()));
              return published;
            },
            Clock.systemUTC());
    return new Cluster(kafka, new Topics(namespace, schemas), schemas);
  }

  /** Reads topics of this cluster. */
  public TopicReader reader() {
    return new TopicReader(kafka);
  }
}
