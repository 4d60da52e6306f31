package dev.alluvium.cli.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.trainer.config.TrainingMethod;
import dev.alluvium.trainer.files.DigestMemory;
import dev.alluvium.trainer.files.DurableDirectory;
import dev.alluvium.trainer.model.lora.MergedModel;
import dev.alluvium.trainer.release.ModelStore;
import dev.alluvium.trainer.weights.ModelContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code alluvium models export}: a version as a model that needs no adapter support. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Write a version as a Hugging Face directory: an adapter merged into its base model, or",
      "the model of full fine-tuning as it is. An adapter alone needs no export: its version's own",
      "directory is in the PEFT layout."
    })
final class ExportModelCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "VERSION",
      arity = "0..1",
      description = "Such as v000012. Default: the one that answers.")
  private @Nullable String version;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "A PEFT adapter instead of a version; needs no broker.")
  private @Nullable Path adapter;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Base model. Default: the one that the adapter names.")
  private @Nullable Path model;

  @Option(
      names = "--merged",
      description = "Add the adapter to the weights: W + scale * B * A. Needed for adapters.")
  private boolean merged;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "A directory that is not there yet.")
  private Path output = Path.of("");

  @Override
  public Integer call() {
    if (version != null && adapter != null) {
      throw CommandFailure.usage("a VERSION and --adapter: expected one of them");
    }
    if (adapter != null) {
      merge(adapter, ModelStore.hasManifest(adapter));
      return ExitCodes.DONE;
    }
    ModelVersion chosen = chosenVersion();
    if (!Versions.isOnDisk(chosen)) {
      throw new CommandFailure(Versions.notOnDisk(chosen));
    }
    Path directory = Path.of(chosen.getPath());
    switch (TrainingMethod.parse(chosen.getMethod())) {
      case LORA -> merge(directory, chosen.getManifestDigest() != null);
      case FULL -> copy(directory);
    }
    return ExitCodes.DONE;
  }

  private void merge(Path source, boolean listed) {
    if (!merged) {
      throw CommandFailure.usage(
          source + " is a PEFT adapter as it is: give --merged to add it to its base model");
    }
    requireDirectory(source);
    Path base = model == null ? baseOf(source) : model;
    requireDirectory(base);
    if (listed) {
      requireSameBase(source, base);
    }
    MergedModel.write(base, source, output);
    if (common.json()) {
      common.print(
          JsonNodeFactory.instance
              .objectNode()
              .put("model", base.toString())
              .put("adapter", source.toString())
              .put("output", output.toString()));
    } else {
      common.say("%s with %s is in %s".formatted(base, source, output));
    }
  }

  private void requireSameBase(Path version, Path base) {
    DigestMemory digests = DigestMemory.in(Path.of(common.settings().train().store()));
    try {
      ModelStore.manifest(version)
          .otherBase(base, ModelContent.digest(base, digests))
          .ifPresent(
              other -> {
                throw new CommandFailure(other);
              });
    } catch (IOException e) {
      throw new CommandFailure(
          "what %s was trained on cannot be read: %s".formatted(version, e.getMessage()));
    }
  }

  private void copy(Path source) {
    if (model != null) {
      throw CommandFailure.usage(
          "--model: %s holds all weights and needs no base model".formatted(source));
    }
    requireDirectory(source);
    DurableDirectory.copy(source, output);
    if (common.json()) {
      common.print(
          JsonNodeFactory.instance
              .objectNode()
              .put("model", source.toString())
              .put("output", output.toString()));
    } else {
      common.say(
          "%s is in %s%s"
              .formatted(
                  source,
                  output,
                  merged ? "; --merged changes nothing: all weights are trained" : ""));
    }
  }

  private ModelVersion chosenVersion() {
    Cluster cluster = Cluster.of(common.settings());
    Connection.check(cluster.kafka());
    Versions versions = Versions.read(cluster);
    if (version != null) {
      return versions.get(VersionName.of(version, spec));
    }
    return versions.get(
        versions
            .serving()
            .orElseThrow(() -> new CommandFailure("no version has been promoted yet")));
  }

  private static Path baseOf(Path adapter) {
    Path file = adapter.resolve("adapter_config.json");
    try {
      JsonNode base =
          JsonMapper.builder().build().readTree(file.toFile()).path("base_model_name_or_path");
      if (base.asText().isBlank()) {
        throw CommandFailure.usage(file + " names no base model: give --model");
      }
      return Path.of(base.asText());
    } catch (IOException e) {
      throw new CommandFailure("%s cannot be read: %s".formatted(file, e.getMessage()));
    }
  }

  private static void requireDirectory(Path path) {
    if (!Files.isDirectory(path)) {
      throw CommandFailure.usage(
          path + " is no directory: give --adapter and --model as they are on this machine");
    }
  }
}
