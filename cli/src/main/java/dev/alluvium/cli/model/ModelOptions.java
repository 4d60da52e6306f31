package dev.alluvium.cli.model;

import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.trainer.evaluate.LoadedModel;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.text.TemplateChoice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model to load, and where to calculate; a picocli mixin. */
public final class ModelOptions {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Hugging Face directory: a base model, or a version of full fine-tuning.")
  private Path model = Path.of("");

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "PEFT adapter to put on it, such as the directory of a version of LoRA.")
  private @Nullable Path adapter;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      description = "cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.")
  private String device = "cpu";

  @Option(
      names = "--dtype",
      defaultValue = "float32",
      description = "float32 or bfloat16. Default: ${DEFAULT-VALUE}.")
  private String dtype = "float32";

  /**
   * Loads what the options name.
   *
   * @param turns how turns are written
   */
  public LoadedModel load(TemplateChoice turns) {
    requireDirectory("--model", model);
    if (adapter != null) {
      requireDirectory("--adapter", adapter);
    }
    return LoadedModel.load(model, Optional.ofNullable(adapter), compute(), turns);
  }

  private Compute compute() {
    try {
      int threads = Runtime.getRuntime().availableProcessors();
      return new Compute(device, Precision.parse(dtype), threads);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--" + e.getMessage());
    }
  }

  static void requireDirectory(String option, Path path) {
    if (!Files.isDirectory(path)) {
      throw CommandFailure.usage("%s %s: no such directory".formatted(option, path));
    }
  }
}
