package dev.alluvium.cli.model;

import static dev.alluvium.cli.model.TrainerRuns.answer;
import static dev.alluvium.cli.model.TrainerRuns.checkpoint;
import static dev.alluvium.cli.model.TrainerRuns.digests;
import static dev.alluvium.cli.model.TrainerRuns.progress;
import static dev.alluvium.cli.model.TrainerRuns.until;
import static dev.alluvium.cli.model.TrainerRuns.values;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.ErasedPlaces;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.trainer.checkpoint.Checkpoint;
import dev.alluvium.trainer.checkpoint.CheckpointStore;
import dev.alluvium.trainer.files.DurableDirectory;
import dev.alluvium.trainer.gate.BestScores;
import dev.alluvium.trainer.mixup.Confidences;
import dev.alluvium.trainer.weights.Safetensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A trainer finds orders to erase in training.windows.v1 before, while and after it trains. */
class ErasedExamplesIT {
  private static final int EXAMPLES = 8;

  @RegisterExtension private static final TrainerRuns runs = new TrainerRuns();

  @Test
  void whatIsErasedBeforeItIsTrainedTeachesNothing() throws Exception {
    Cluster clean = runs.namespace("clean");
    Cluster erased = runs.namespace("erased");
    List<Example> second = WindowWriter.additions(2, EXAMPLES);
    List<Example> again = WindowWriter.additions(3, EXAMPLES);
    again.set(0, Example.newBuilder(again.get(0)).setPairId("2-3").build());
    try (WindowWriter writer = new WindowWriter(clean)) {
      List<Example> without = new ArrayList<>(second);
      without.remove(3);
      for (int i = 3; i < without.size(); i++) {
        without.set(i, Example.newBuilder(without.get(i)).setIndex(i).build());
      }
      writer.sums(1, EXAMPLES);
      writer.write(2, without);
      writer.write(3, again);
      writer.sums(4, EXAMPLES);
    }
    try (WindowWriter writer = new WindowWriter(erased)) {
      writer.sums(1, EXAMPLES);
      writer.write(2, second);
      writer.control("e1", CommandKind.ERASE, "2-3");
      writer.control("e2", CommandKind.ERASE, "probe-1");
      writer.write(3, again); // the same id, produced again
      writer.sums(4, EXAMPLES);
    }
    for (Cluster cluster : List.of(clean, erased)) {
      runs.trainTo(cluster, 4, Map.of());
    }

    assertThat(digests(erased)).hasSize(2).isEqualTo(digests(clean));
    assertThat(refused(erased)).containsExactly(List.of(), List.of(3), List.of(), List.of());
    assertThat(values(erased, erased.topics().models()))
        .allSatisfy(
            version -> assertThat(version.getProbes().get("math").getAfter().getN()).isEqualTo(3));
    List<DeadLetter> letters = values(erased, erased.topics().deadLetters());
    assertThat(letters).hasSize(1);
    assertThat(letters.get(0).getReason()).isEqualTo("erased");
    assertThat(letters.get(0).getValue()).as("no words").isNull();
    assertThat(letters.get(0).getDetail()).contains("window 2", "erased before it was trained");
  }

  /** 2-3 was erased before its window was trained, 3-2 after: both stays so. */
  @Test
  void whatIsTrainedAgainIsTrainedWithoutTheSame() throws Exception {
    Cluster cluster = runs.namespace("again");
    Map<String, String> settings =
        Map.of("gate.every", "9", "keep.checkpoints", "4", "sftmix.mu", "0.2");
    try (WindowWriter writer = new WindowWriter(cluster)) {
      writer.sums(1, EXAMPLES);
      writer.sums(2, EXAMPLES);
      writer.control("e1", CommandKind.ERASE, "2-3");
      writer.sums(3, EXAMPLES);
    }
    runs.trainTo(cluster, 3, settings);
    try (WindowWriter writer = new WindowWriter(cluster)) {
      writer.control("e2", CommandKind.ERASE, "3-2");
      writer.control("e3", CommandKind.ERASE, "probe-1");
      writer.sums(4, EXAMPLES);
    }
    runs.trainTo(cluster, 4, settings);
    assertThat(refused(cluster)).containsExactly(List.of(), List.of(3), List.of(), List.of());
    assertThat(progress(cluster).orElseThrow().getErased())
        .containsExactly(new ErasedPlaces(2L, List.of(3)));
    assertThat(known(cluster)).contains(key("3-1")).doesNotContain(key("2-3"), key("3-2"));
    String before = weights(cluster);
    String damaged = checkpoint(cluster);
    List<String> names = runs.names(cluster, "checkpoints");
    for (String name : names.subList(1, names.size())) {
      DurableDirectory.delete(runs.folder(cluster, "checkpoints").resolve(name));
    }

    try (ServiceProcess train = runs.train(cluster, settings)) {
      until(train, () -> !checkpoint(cluster).equals(damaged));
      assertThat(train.log()).contains("trains windows 2 to 4 again");
    }
    assertThat(weights(cluster)).isEqualTo(before);
    assertThat(probes(cluster)).containsExactly("probe-0", "probe-2", "probe-3");
    assertThat(refused(cluster)).as("no outcome is written again").hasSize(4);
    assertThat(progress(cluster).orElseThrow().getErased())
        .containsExactly(new ErasedPlaces(2L, List.of(3)));
  }

  @Test
  void anErasedProbeDoesNotComeBackWithAnOlderState() throws Exception {
    Cluster cluster = runs.namespace("back");
    Map<String, String> settings = Map.of("sftmix.mu", "0.2");
    TrainerRuns.write(cluster, 1, 2);
    assertThat(runs.trainTo(cluster, 2, settings))
        .contains("the base model is asked about 4 of 4 probes");
    assertThat(probes(cluster)).hasSize(4);
    assertThat(known(cluster)).contains(key("1-2"), key("1-3"));
    try (WindowWriter writer = new WindowWriter(cluster);
        ServiceProcess train = runs.train(cluster, settings)) {
      writer.control("e", CommandKind.ERASE, "probe-2");
      writer.control("trained", CommandKind.ERASE, "1-3");
      writer.sums(3, EXAMPLES);
      writer.write(4, poetry(4));
      until(train, () -> refused(cluster).size() == 4);
      assertThat(probes(cluster)).hasSize(3);
      assertThat(best(cluster).scores().byProbe()).doesNotContainKey("probe-2").hasSize(3);
      assertThat(best(cluster).among()).isEqualTo(2);
      assertThat(train.log())
          .as("its answers are in the checkpoint")
          .containsOnlyOnce("the base model is asked about");
      assertThat(values(cluster, cluster.topics().models()).get(1).getReason())
          .endsWith("; not asked about, because no probe of it was held out: poetry");

      writer.control("back", CommandKind.ROLLBACK, "v000001");
      assertThat(answer(cluster, train, "back").getAccepted()).isTrue();
      assertThat(probes(cluster)).containsExactly("probe-0", "probe-1", "probe-3");
      assertThat(read(cluster).anchors().base().byProbe()).doesNotContainKey("probe-2").hasSize(3);
      assertThat(read(cluster).anchors().promoted().byProbe())
          .doesNotContainKey("probe-2")
          .hasSize(3);
      assertThat(known(cluster)).contains(key("1-2")).doesNotContain(key("1-3"), key("3-1"));
      assertThat(best(cluster))
          .as("as it was at v000001, but for the probe")
          .isEqualTo(new BestScores.Best("v000001", 1, read(cluster).anchors().promoted()));
    }
  }

  private static BestScores.Best best(Cluster cluster) {
    return read(cluster).anchors().best().bySkill().get("math");
  }

  private static List<Example> poetry(long windowId) {
    return WindowWriter.additions(windowId, EXAMPLES).stream()
        .map(example -> Example.newBuilder(example).setSkill("poetry").build())
        .toList();
  }

  private static List<List<Integer>> refused(Cluster cluster) {
    return values(cluster, cluster.topics().ledger()).stream()
        .filter(entry -> entry.getEntry() instanceof Outcome)
        .map(entry -> ((Outcome) entry.getEntry()).getRefused())
        .toList();
  }

  private static List<String> probes(Cluster cluster) {
    return read(cluster).probes().stream().map(Probe::getPairId).toList();
  }

  private static String weights(Cluster cluster) throws Exception {
    return Digests.sha256(read(cluster).state());
  }

  private static String key(String pairId) {
    return Confidences.key(pairId);
  }

  /** How well pairs were known, as the checkpoint says. */
  private static String known(Cluster cluster) {
    try (Safetensors state = Safetensors.open(read(cluster).state())) {
      return state.metadata().get("note.confidences");
    }
  }

  private static Checkpoint read(Cluster cluster) {
    Path store = runs.directory().resolve("store").resolve(cluster.topics().id("train"));
    return new CheckpointStore(store).read(checkpoint(cluster));
  }
}
