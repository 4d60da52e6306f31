package dev.alluvium.cli.model;

import static dev.alluvium.cli.model.TrainerRuns.alluvium;
import static dev.alluvium.cli.model.TrainerRuns.answer;
import static dev.alluvium.cli.model.TrainerRuns.checkpoint;
import static dev.alluvium.cli.model.TrainerRuns.deleteBefore;
import static dev.alluvium.cli.model.TrainerRuns.digests;
import static dev.alluvium.cli.model.TrainerRuns.outcomes;
import static dev.alluvium.cli.model.TrainerRuns.until;
import static dev.alluvium.cli.model.TrainerRuns.values;
import static dev.alluvium.cli.model.TrainerRuns.versions;
import static dev.alluvium.cli.model.TrainerRuns.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.schemas.avro.Answer;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.trainer.files.DurableDirectory;
import dev.alluvium.trainer.weights.Safetensors;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A return to a version whose full state is kept no more. */
class RestartIT {
  private static final Map<String, String> SETTINGS =
      Map.of("gate.every", "1", "keep.promoted", "1", "keep.checkpoints", "1", "warmupSteps", "5");

  @RegisterExtension private static final TrainerRuns runs = new TrainerRuns();

  @Test
  void trainingRestartsFromTheWeightsAndAKillChangesNothing() throws Exception {
    Cluster undisturbed = runs.namespace("restart-whole");
    threeVersionsAndBack(undisturbed, false);
    assertRestarted(undisturbed);
    write(undisturbed, 4, 5);
    runs.trainTo(undisturbed, 5, SETTINGS);

    Cluster killed = runs.namespace("restart-killed");
    threeVersionsAndBack(killed, true);
    write(killed, 4, 4);
    try (ServiceProcess train = runs.train(killed, SETTINGS)) {
      until(train, () -> outcomes(killed).contains("4=TRAINED"));
      train.kill();
    }
    write(killed, 5, 5);
    runs.trainTo(killed, 5, SETTINGS);

    assertThat(digests(killed)).isEqualTo(digests(undisturbed));
    assertThat(versions(undisturbed))
        .endsWith("v000001 PROMOTED", "v000004 PROMOTED", "v000005 PROMOTED");
    assertThat(values(undisturbed, undisturbed.topics().models()))
        .filteredOn(version -> version.getVersion().equals("v000004"))
        .extracting(ModelVersion::getParent)
        .containsExactly("v000001");
    assertThat(outcomes(undisturbed))
        .endsWith("2=QUARANTINED", "3=QUARANTINED", "4=TRAINED", "5=TRAINED");
    // No mixer wrote this ledger: without its beginning its windows are not recomputed.
    deleteBefore(undisturbed, undisturbed.topics().ledger(), 1);
    Cli.Result verified =
        runs.verify(
            undisturbed, "--set", "train.keep.promoted=1", "--set", "train.keep.checkpoints=1");
    assertThat(verified.exitCode()).as(verified.err()).isEqualTo(ExitCodes.DONE);
  }

  @Test
  void aVersionWhoseFilesAreGoneIsRefused() throws Exception {
    Cluster cluster = runs.namespace("restart-refused");
    write(cluster, 1, 3);
    runs.trainTo(cluster, 3, SETTINGS);
    Path first = Path.of(values(cluster, cluster.topics().models()).get(0).getPath());
    DurableDirectory.delete(first);
    try (WindowWriter writer = new WindowWriter(cluster);
        ServiceProcess train = runs.train(cluster, SETTINGS)) {
      writer.control("gone", CommandKind.ROLLBACK, "v000001");
      Answer gone = answer(cluster, train, "gone");
      assertThat(gone.getAccepted()).isFalse();
      assertThat(gone.getReason()).isEqualTo("no_return_point");
      assertThat(gone.getDetail())
          .contains("there is v000003, base", first + " is not there any more");
      assertThat(outcomes(cluster)).hasSize(3);
    }
  }

  /** Three versions, then back to the first, whose checkpoint has been deleted by then. */
  private static void threeVersionsAndBack(Cluster cluster, boolean killed) throws Exception {
    write(cluster, 1, 3);
    try (WindowWriter writer = new WindowWriter(cluster);
        ServiceProcess train = runs.train(cluster, SETTINGS)) {
      until(train, () -> versions(cluster).contains("v000003 PROMOTED"));
      writer.control("back", CommandKind.ROLLBACK, "v000001");
      Answer back = answer(cluster, train, "back");
      assertThat(back.getAccepted()).as(back.getDetail()).isTrue();
      assertThat(back.getDetail()).contains("fresh optimizer moments", "train.keep.promoted");
      assertThat(train.log()).contains("training restarts from its weights");
      if (!killed) {
        train.stop();
        assertThat(train.ended(30_000)).isTrue();
      }
    }
  }

  private static void assertRestarted(Cluster cluster) throws Exception {
    List<ModelVersion> models = values(cluster, cluster.topics().models());
    ModelVersion first = models.get(models.size() - 1);
    assertThat(first.getVersion()).isEqualTo("v000001");
    assertThat(first.getRestartedAfter()).isEqualTo(3);
    Path checkpoint = runs.folder(cluster, "checkpoints").resolve(checkpoint(cluster));
    JsonNode position =
        JsonMapper.builder().build().readTree(checkpoint.resolve("position.json").toFile());
    assertThat(position.get("steps").asLong()).isZero();
    assertThat(position.get("lastWindow").asLong()).isEqualTo(3);
    assertThat(position.get("guards").get("transfer").get("seen")).hasSize(1);
    JsonNode best = JsonMapper.builder().build().readTree(checkpoint.resolve("best.json").toFile());
    assertThat(best.at("/bySkill/math/version").asText()).isEqualTo("v000001");
    try (Safetensors saved = Safetensors.open(checkpoint.resolve("state.safetensors"));
        Safetensors weights =
            Safetensors.open(Path.of(first.getPath()).resolve("adapter_model.safetensors"))) {
      assertThat(saved.metadata()).containsEntry("step", "0");
      for (String name : saved.tensors().keySet()) {
        if (name.startsWith("parameter.")) {
          assertThat(saved.all(name)).isEqualTo(weights.all(name.substring(10)));
        } else {
          assertThat(saved.all(name)).containsOnly(0);
        }
      }
    }
    assertThat(alluvium(cluster, "models", "show", "v1").err())
        .contains("after window 3 training restarted from its weights");
  }
}
