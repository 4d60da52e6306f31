package dev.alluvium.cli.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.SharedBroker;
import dev.alluvium.cli.testing.SmallFlow;
import dev.alluvium.schemas.avro.MixReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two whole flows at the same time on one broker do not see each other. */
class TwoNamespacesIT {
  private static final int PAIRS = 120;

  @TempDir private Path directory;

  @Test
  void whatHappensInOneDoesNotHappenInTheOther() throws Exception {
    Path one = Files.createDirectory(directory.resolve("one"));
    Path other = Files.createDirectory(directory.resolve("other"));
    try (SmallFlow poisoned = new SmallFlow("poisoned", one);
        SmallFlow quiet = new SmallFlow("quiet", other)) {
      quiet.good();
      poisoned.good();
      MixReport before = quiet.mix();
      poisoned.bad();

      assertThat(quiet.models().get("versions")).hasSize(1);
      assertThat(quiet.mix().getCandidates()).isEqualTo(before.getCandidates());
      assertThat(quiet.mix().getHeldOut()).isEqualTo(before.getHeldOut());
      assertThat(inBooks(quiet.mix())).isEqualTo(PAIRS);
      assertThat(poisoned.models().get("versions")).hasSize(2);
      verify(quiet, other);
      verify(poisoned, one);
      everyGroupReadsItsOwnTopicsOnly();
    }
  }

  private static long inBooks(MixReport mix) {
    return mix.getHeldOut()
        + mix.getCandidates().values().stream().mapToLong(Long::longValue).sum();
  }

  private static void verify(SmallFlow flow, Path directory) {
    Cli.Result result = flow.run("verify", "--set", "train.store=" + directory.resolve("store"));
    assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCodes.DONE);
  }

  private static void everyGroupReadsItsOwnTopicsOnly() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", SharedBroker.bootstrapServers()))) {
      for (String namespace : List.of("poisoned", "quiet")) {
        List<String> groups =
            admin.listGroups().all().get().stream()
                .map(GroupListing::groupId)
                .filter(group -> group.startsWith(namespace))
                .toList();
        assertThat(groups).isNotEmpty();
        for (String group : groups) {
          assertThat(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get())
              .as(group)
              .isNotEmpty()
              .allSatisfy((partition, offset) -> isOf(namespace, partition));
        }
      }
    }
  }

  private static void isOf(String namespace, TopicPartition partition) {
    assertThat(partition.topic()).startsWith(namespace);
  }
}
