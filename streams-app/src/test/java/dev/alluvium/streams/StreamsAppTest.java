package dev.alluvium.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.schemas.serde.SchemaHistory;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.config.CurateSettings;
import dev.alluvium.streams.config.MixSettings;
import dev.alluvium.streams.config.S3ftSettings;
import dev.alluvium.streams.config.StreamsSettings;
import dev.alluvium.streams.watch.fold.Told;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which topologies are run. */
class StreamsAppTest {
  @ParameterizedTest
  @CsvSource({"true,'curate,mix,watch'", "false,'curate,mix'"})
  void theWatchRunsWhenItIsEnabled(boolean enabled, String roles) {
    StreamsSettings settings = settings(1, enabled);
    Topics topics = new Topics("", SchemaHistory.store());

    assertThat(StreamsApp.topologies(settings, topics, SchemaHistory.store()).keySet())
        .containsExactly(roles.split(","));
  }

  @Test
  void curateAloneHasAsManyThreadsAsAreSet() {
    assertThat(Stream.of("curate", "mix", "watch"))
        .extracting(role -> StreamsApp.threads(role, settings(3, true)))
        .containsExactly(3, 1, 1);
  }

  @Test
  void theRegistryThatIsNamedIsOpened() {
    CurateSettings usual = CurateSettings.defaults();
    CurateSettings elsewhere =
        new CurateSettings(
            usual.holdOut(),
            usual.dedupEntries(),
            usual.maxTextChars(),
            usual.skillRules(),
            usual.defaultSkill(),
            "no/such/directory",
            usual.redact(),
            usual.phoneRegion());
    StreamsSettings settings = settings(1, false, elsewhere);
    assertThatThrownBy(
            () ->
                StreamsApp.topologies(
                    settings, new Topics("", SchemaHistory.store()), SchemaHistory.store()))
        .hasMessageContaining("curate.registry is 'no/such/directory'");
  }

  private static StreamsSettings settings(int threads, boolean watched) {
    return settings(threads, watched, CurateSettings.defaults());
  }

  private static StreamsSettings settings(int threads, boolean watched, CurateSettings curate) {
    return new StreamsSettings(
        "state",
        threads,
        Duration.ofMillis(100),
        0,
        -1,
        curate,
        S3ftSettings.off(),
        JudgeSettings.DEFAULT,
        MixSettings.defaults(),
        Told.with(Map.of("enabled", watched)));
  }
}
