package dev.alluvium.trainer.memory;

import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.loss.Normalise;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.Parameters;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.optim.AdamW;
import dev.alluvium.trainer.optim.AdamWSettings;
import dev.alluvium.trainer.step.TrainingStep;
import dev.alluvium.trainer.text.TokenizedExample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A training step of each of the {@link Shapes} in a process of its own, in which nothing but the
 * step's arrays moves: every array has pages of its own, which go back when it is freed, and the
 * heap is there from the start.
 */
final class MeasuredSteps {
  private static final Pattern RESULT = Pattern.compile("bytes of (\\w+): (\\d+)");

  private MeasuredSteps() {}

  /** Bytes that the second of two equal steps of each shape adds at its highest point. */
  static Map<Shapes, Long> measure() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms192m",
            "-Xmx192m",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            MeasuredSteps.class.getName());
    builder.environment().put("MALLOC_MMAP_THRESHOLD_", "65536"); // arrays never share the heap
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().remove("THP_MEM_ALLOC_ENABLE"); // large pages would round sizes up
    Process process = builder.redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    Map<Shapes, Long> found = new EnumMap<>(Shapes.class);
    RESULT
        .matcher(output)
        .results()
        .forEach(r -> found.put(Shapes.valueOf(r.group(1)), Long.valueOf(r.group(2))));
    int exit = process.waitFor();
    long wanted = Arrays.stream(Shapes.values()).filter(Shapes::isMeasured).count();
    if (exit != 0 || found.size() < wanted) {
      throw new IllegalStateException("measuring ended with %d: %s".formatted(exit, output));
    }
    return found;
  }

  public static void main(String[] arguments) {
    for (Shapes each : Shapes.values()) {
      if (each.isMeasured()) {
        System.out.println("bytes of " + each + ": " + measured(each.shape()));
      }
    }
  }

  private static long measured(StepShape shape) {
    DecoderSpec spec = shape.spec();
    boolean full = shape.lora().isEmpty();
    try (TorchRuntime runtime = TorchRuntime.open(new Compute("cpu", shape.precision(), 1));
        Decoder decoder =
            full ? Decoder.initialise(spec, 1, runtime) : Decoder.random(spec, 1, runtime)) {
      if (full) {
        return measured(LanguageModel.base(decoder), decoder.parameters(), shape);
      }
      try (LoraAdapter adapter = LoraAdapter.fresh(decoder, shape.lora().orElseThrow(), 1)) {
        return measured(adapter.model(), adapter.parameters(), shape);
      }
    }
  }

  private static long measured(LanguageModel model, Parameters parameters, StepShape shape) {
    try (AdamW optimizer = new AdamW(parameters, AdamWSettings.defaults(), model.kernels())) {
      TrainingStep step =
          new TrainingStep(
              model, optimizer, Normalise.TOKEN, shape.segmentLayers(), shape.held() ? 0.5 : 0);
      Batch batch = batch(shape);
      System.gc(); // frees the buffers through which weights came, while the first step runs
      step.step(batch, 1e-4); // compiles the library's kernels
      return ResidentGrowth.of(() -> step.step(batch, 1e-4))
          .orElseThrow(() -> new IllegalStateException("/proc tells no resident memory"));
    }
  }

  private static Batch batch(StepShape shape) {
    int[] ids = new int[shape.sequence()];
    boolean[] trained = new boolean[shape.sequence()];
    Arrays.setAll(ids, t -> t * 31 % shape.spec().vocab());
    int predicted = Math.toIntExact(shape.predicted() / shape.batch());
    Arrays.fill(trained, trained.length - predicted, trained.length, true);
    List<TokenizedExample> examples =
        Collections.nCopies(shape.batch(), new TokenizedExample(ids, trained));
    return Batch.of(examples);
  }
}
