package dev.alluvium.cli.testing;

import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.pretrain.PretrainSettings;
import dev.alluvium.trainer.pretrain.Pretraining;
import dev.alluvium.trainer.pretrain.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A Llama-layout model directory so small that a window trains in a blink. */
public final class SmallModel {
  private SmallModel() {}

  /** Learns a tokenizer from sums, takes one step, writes the directory. */
  public static Path create(Path directory) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      lines.add(
          "{\"id\":\"t%d\",\"source\":\"sums\",\"text\":\"Add %d and %d. It is %d. How many?\"}"
              .formatted(i, i, i + 1, i + i + 1));
    }
    Path texts = Files.write(Files.createDirectories(directory).resolve("texts.jsonl"), lines);
    Path output = directory.resolve("small");
    DecoderSpec spec = DecoderSpec.llama(320, 32, 2, 4, 2, 8, 64, 1e-5, 10_000, 128, true);
    Pretraining.run(
        new PretrainSettings(
            List.of(texts),
            output,
            spec,
            new Schedule(32, 256, 256, 256, 1e-3, 0),
            false,
            10,
            7,
            Duration.ofMinutes(5),
            new Compute("cpu", Precision.FLOAT32, 1)),
        progress -> {});
    return output;
  }
}
