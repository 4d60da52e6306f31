package dev.alluvium.schemas.topic;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.schemas.serde.SchemaHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {
  private static final Path PAGE = Path.of("../docs/reference/topics.md");

  private final Topics topics = new Topics("", SchemaHistory.store());

  @Test
  void prefixesTopicsAndIdsWithTheNamespace() {
    Topics team = new Topics("team-a", SchemaHistory.store());

    assertThat(team.all()).allMatch(topic -> topic.name().startsWith("team-a."));
    assertThat(team.id("mix")).isEqualTo("team-a-mix");
    assertThat(topics.pairs().name()).isEqualTo("pairs.v1");
    assertThat(topics.id("mix")).isEqualTo("alluvium-mix");
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "a.b", "-a", "a/b", "ü", "alluvium"})
  void refusesANamespaceThatNoTopicCanCarry(String namespace) {
    assertThatThrownBy(() -> new Topics(namespace, SchemaHistory.store()))
        .hasMessageContaining("namespace is '" + namespace + "'");
  }

  @Test
  void sizesGrowDownstream() {
    assertThat(topics.pairs().maxMessageBytes())
        .isLessThan(topics.ledger().maxMessageBytes())
        .isLessThan(topics.deadLetters().maxMessageBytes());
    assertThat(topics.ledger().partitions()).isEqualTo(1);
    assertThat(topics.windows().partitions()).isEqualTo(1);
  }

  /** {@code mvn -pl schemas test -Dtest=TopicsTest -Ddocs.write=true} writes the page anew. */
  @Test
  void thePageListsTheCatalogue() throws IOException {
    String page = page();
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).content().isEqualTo(page);
  }

  private String page() {
    return """
        # Topics

        Generated from the catalogue (`dev.alluvium.schemas.topic.Topics`) by `mvn -pl schemas test -Dtest=TopicsTest -Ddocs.write=true`.
        With a namespace, every name is prefixed by it and a dot. `alluvium topics create` makes them; nothing is created automatically.

        | topic | key | value | partitions | kept | largest message | written by | read by |
        |---|---|---|---|---|---|---|---|
        %s

        Internal records are Avro single-object encoded (`C3 01`, the writer schema's fingerprint, the record). Their schemas, with a
        description of every field, are in `schemas/src/main/avro`; `schemas.v1` carries every version that was ever written.
        All topics use `LogAppendTime`; event time is a field.
        """
        .formatted(topics.all().stream().map(TopicsTest::row).collect(joining("\n")));
  }

  private static String row(Topic<?, ?> topic) {
    String kept =
        topic.retention() == null ? "newest per key" : topic.retention().toDays() + " days";
    return "| `%s` | %s | %s | %d | %s | %d KiB | %s | %s |"
        .formatted(
            topic.name(),
            topic.key(),
            topic.record(),
            topic.partitions(),
            kept,
            topic.maxMessageBytes() / 1024,
            topic.writers(),
            topic.readers());
  }
}
