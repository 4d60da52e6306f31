package dev.alluvium.cli.operate;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.cli.process.Lifetime;
import dev.alluvium.cli.process.TempDirectory;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.trainer.bisect.Bisected;
import dev.alluvium.trainer.bisect.Bisection;
import dev.alluvium.trainer.bisect.CannotBisectException;
import dev.alluvium.trainer.bisect.Question;
import dev.alluvium.trainer.bisect.SavedStates;
import dev.alluvium.trainer.checkpoint.Checkpoint;
import dev.alluvium.trainer.checkpoint.CheckpointStore;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code alluvium models bisect}: which window broke a skill. */
@Command(
    name = "bisect",
    mixinStandardHelpOptions = true,
    description = {
      "Find the window that broke a skill: train the windows between two versions again, one by",
      "one, and measure the skill's probes after each. Needs the settings of the trainer and its",
      "store; changes nothing, and may run beside a trainer.",
      "Exit 1 when no window is beyond the budget, or when it cannot be told any more."
    })
final class BisectModelsCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private Lifetime.Options lifetime = new Lifetime.Options();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "SKILL", description = "The skill that broke, such as math.")
  private String skill = "";

  @Option(
      names = "--good",
      paramLabel = "VERSION",
      description = "A version that was good, or base. Default: the parent of the bad one.")
  private @Nullable String good;

  @Option(
      names = "--bad",
      paramLabel = "VERSION",
      description = "A version that is bad, whatever the gate said. Default: the newest.")
  private @Nullable String bad;

  @Option(
      names = "--probe",
      arity = "1..*",
      paramLabel = "PAIR_ID",
      description = "Measure by these probes of the skill only. Default: those the gate takes.")
  private Set<String> probes = Set.of();

  @Override
  public Integer call() {
    AlluviumSettings settings = common.settings();
    Cluster cluster = Cluster.of(settings);
    Connection.check(cluster.kafka());
    Versions versions = Versions.read(cluster);
    VersionLineage lineage = VersionLineage.read(cluster, versions, bad(versions));
    Optional<ModelVersion> begin = lineage.ancestor(goodName());
    Question question = new Question(skill, probes, begin, lineage.version(), lineage.since(begin));
    Path store = Path.of(settings.train().store()).resolve(cluster.topics().id("train"));
    SavedStates states =
        new SavedStates(
            new CheckpointStore(store), cluster.reader().newest(cluster.topics().progress()));
    Optional<Checkpoint> state = begin.map(version -> state(version, lineage, states));
    BisectText text = new BisectText(question, common);
    try (Lifetime untilStopped = lifetime.begin();
        TempDirectory scratch = TempDirectory.create("alluvium-bisect-")) {
      text.begin();
      Bisected result =
          new Bisection(settings.train(), cluster.kafka(), cluster.topics(), states, scratch.path())
              .run(question, state, text::progress, untilStopped::isOver);
      if (common.json()) {
        common.print(BisectJson.of(question, result));
      }
      text.show(result);
      return result.broke().isPresent() ? ExitCodes.DONE : ExitCodes.FAILED;
    } catch (CannotBisectException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()));
    } catch (CancellationException e) {
      throw new CommandFailure("stopped before the end", e);
    }
  }

  private ModelVersion bad(Versions versions) {
    if (bad != null) {
      return versions.get(VersionName.of(bad, spec));
    }
    if (versions.byName().isEmpty()) {
      throw new CommandFailure(
          "there is no version yet: the first comes at the end of a cycle (train.gate.every)");
    }
    return versions.get(versions.byName().lastKey());
  }

  private @Nullable String goodName() {
    return good == null || good.equals(Question.BASE) ? good : VersionName.of(good, spec);
  }

  private static Checkpoint state(
      ModelVersion version, VersionLineage lineage, SavedStates states) {
    ModelVersion bad = lineage.version();
    return states
        .of(version, bad)
        .orElseThrow(
            () ->
                new CommandFailure(
                    "the state of %s is kept no more (train.keep.promoted), or train.store is not that of the trainer: --good may be %s"
                        .formatted(
                            version.getVersion(),
                            Stream.concat(
                                    lineage.ancestors().stream()
                                        .filter(other -> states.of(other, bad).isPresent())
                                        .map(ModelVersion::getVersion),
                                    Stream.of(Question.BASE))
                                .collect(Collectors.joining(" or ")))));
  }
}
