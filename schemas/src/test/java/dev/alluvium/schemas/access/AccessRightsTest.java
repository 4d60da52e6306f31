package dev.alluvium.schemas.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.serde.SchemaHistory;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import java.util.Set;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessRightsTest {
  private final Topics topics = new Topics("team", SchemaHistory.store());
  private final AccessRights rights = AccessRights.in(topics);

  @Test
  void everyTopicIsWrittenAndReadBySomeRole() {
    assertThat(rights.topicsOf(Set.of(Role.values()))).isEqualTo(topics.all());
    assertThat(rights.topicsOf(Set.of(Role.PRODUCE))).containsExactly(topics.pairs());
    assertThat(rights.topicsOf(Set.of(Role.PUBLISH)))
        .extracting(Topic::name)
        .containsExactly("team.models.v1", "team.schemas.v1");
  }

  @Test
  void nothingOutsideTheNamespaceIsGranted() {
    assertThat(rights.all())
        .flatExtracting(right -> right.bindings("User:x"))
        .extracting(AclBinding::pattern)
        .allMatch(
            pattern -> pattern.name().startsWith("team.") || pattern.name().startsWith("team-"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TRAIN|TOPIC|team.models.v1|Read, Write",
        "TRAIN|TOPIC|models.v1|Read, Write",
        "PRODUCE|TOPIC|models.v1|''",
        "STREAMS|GROUP|alluvium-mix|Read",
        "STREAMS|TOPIC|a-b-curate-curate-by-prompt-repartition|Create, Read, Write, Delete",
        "STREAMS|TOPIC|a-curate-5f1b-StreamThread-1|''",
        "GENERATE|GROUP|team-generate|Read, AlterConfigs",
      })
  void aResourceIsKnownInEveryNamespace(
      Role role, ResourceType resource, String name, String needed) {
    assertThat(AccessRights.needed(role, resource, name)).isEqualTo(needed);
  }

  @Test
  void everyCommandHasARole() {
    assertThat(Role.of("train")).isEqualTo(Role.TRAIN);
    assertThat(Role.of("models")).isEqualTo(Role.OPERATOR);
  }
}
