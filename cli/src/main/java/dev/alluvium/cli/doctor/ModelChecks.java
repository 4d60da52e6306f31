package dev.alluvium.cli.doctor;

import com.sun.management.OperatingSystemMXBean;
import dev.alluvium.cli.command.Failures;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.config.TrainingMethod;
import dev.alluvium.trainer.memory.MemoryEstimate;
import dev.alluvium.trainer.memory.StepShape;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.text.PromptTemplate;
import dev.alluvium.trainer.text.Tokenizer;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The doctor's checks of the base model, and of settings that must fit it. No weight is read. */
final class ModelChecks {
  private static final double GB = 1e9;

  private ModelChecks() {}

  /** The model; if it can be used, also its turns, the length of texts and the memory of a step. */
  static List<Finding> all(TrainSettings train) {
    Path directory = Path.of(train.model()).toAbsolutePath().normalize();
    DecoderSpec spec;
    try {
      spec = Decoder.inspect(directory);
    } catch (RuntimeException e) {
      return List.of(
          Finding.bad(
              "train.model",
              Failures.message(e),
              "set train.model to a Hugging Face directory of a supported model: docs/model-runtime.md"));
    }
    String found = String.format(Locale.ROOT, "%s, %,d weights", directory, spec.weights());
    return List.of(
        Finding.good("train.model", found),
        turns(train, directory),
        length(train, spec),
        memory(train, spec, machineBytes()));
  }

  private static Finding turns(TrainSettings train, Path directory) {
    return Checks.readable(
        "train.chatTemplate",
        train.chatTemplate(),
        "correct the model's tokenizer files, or choose another train.chatTemplate, such as builtin",
        () -> {
          try (Tokenizer tokenizer = Tokenizer.load(directory)) {
            PromptTemplate.choose(tokenizer, train.turns());
          }
        });
  }

  private static Finding length(TrainSettings train, DecoderSpec spec) {
    String detail =
        "%d, of %d positions of the model".formatted(train.maxTokens(), spec.maxPositions());
    return train.maxTokens() <= spec.maxPositions()
        ? Finding.good("train.maxTokens", detail)
        : Finding.bad(
            "train.maxTokens",
            detail,
            "set it to %d or less: longer examples are dead letters in any case"
                .formatted(spec.maxPositions()));
  }

  /**
   * The largest step beside the machine's memory; what a GPU has is known only there.
   *
   * @param available bytes of the machine
   */
  static Finding memory(TrainSettings train, DecoderSpec spec, long available) {
    boolean gpu = train.device().startsWith("cuda");
    int sequence = spec.longest(train.maxTokens());
    int batch = Math.max(1, train.batchTokens() / sequence);
    Optional<LoraSettings> lora =
        TrainingMethod.parse(train.method()) == TrainingMethod.FULL
            ? Optional.empty()
            : Optional.of(train.lora().shape());
    StepShape step =
        new StepShape(
            spec,
            Precision.parse(train.dtype()),
            gpu,
            lora,
            batch,
            sequence,
            (long) batch * (sequence - 1),
            train.recomputeLayers());
    long needed = MemoryEstimate.of(step.withHeld(train.klWeight() > 0)).total();
    String needs = String.format(Locale.ROOT, "training needs %.1f GB", needed / GB);
    if (gpu) {
      return Finding.good("memory", needs + " of the GPU's");
    }
    String detail = String.format(Locale.ROOT, "%s of %.1f", needs, available / GB);
    return needed <= available
        ? Finding.good("memory", detail)
        : Finding.bad(
            "memory",
            detail,
            "lower train.batchTokens, or set train.recomputeLayers to 1 or train.dtype to bfloat16; `alluvium bench memory` tells what fits");
  }

  private static long machineBytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }
}
