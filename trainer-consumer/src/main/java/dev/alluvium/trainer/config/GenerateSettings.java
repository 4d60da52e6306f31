package dev.alluvium.trainer.config;

import static dev.alluvium.trainer.config.Check.parsed;
import static dev.alluvium.trainer.config.Check.require;

import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import java.time.Duration;
import java.util.Set;

/**
 * How generation workers work. Which model answers, how turns are written and how long texts may be
 * is what {@code train} says.
 *
 * @param source {@code share}, a share group, or {@code group}, an ordinary consumer group
 * @param backend {@code local}, our own model in this process, or {@code openai}, a server
 * @param batch most requests in hand at a time
 * @param lock how long a request stays with a worker that does not renew; under {@code share}
 * @param device {@code cpu}, {@code cuda} for the first GPU, or {@code cuda:N}
 * @param dtype numbers the model computes in: {@code float32} or {@code bfloat16}
 * @param threads CPU threads of the calculation; 0 for all cores
 * @param openai the server
 */
public record GenerateSettings(
    String source,
    String backend,
    int batch,
    Duration lock,
    String device,
    String dtype,
    int threads,
    OpenAiSettings openai) {
  /** A share group hands out no more at once. */
  private static final int MOST = 2000;

  /** Checks every value. */
  public GenerateSettings {
    require(
        Set.of("share", "group").contains(source),
        "generate.source is %s: expected share or group",
        source);
    require(
        Set.of("local", "openai").contains(backend),
        "generate.backend is %s: expected local or openai",
        backend);
    require(batch >= 1 && batch <= MOST, "generate.batch is %d: expected 1 to %d", batch, MOST);
    require(lock.toMillis() >= 1000, "generate.lock is %s: expected 1s or more", lock);
    parsed("generate.device", () -> new Compute(device, Precision.FLOAT32, 1));
    parsed("generate.dtype", () -> Precision.parse(dtype));
    require(threads >= 0, "generate.threads is %d: expected 0 (all cores) or more", threads);
    require(
        !backend.equals("openai") || !openai.baseUrl().isBlank(),
        "generate.openai.baseUrl is empty: generate.backend openai needs a server, such as http://localhost:8000/v1");
    require(
        !backend.equals("openai") || !openai.model().isBlank() || !openai.current().isEmpty(),
        "generate.openai.model is empty: generate.backend openai needs the name the server knows its model by, or generate.openai.current");
  }

  /** Whether a share group hands out requests. */
  public boolean shares() {
    return source.equals("share");
  }

  /** Whether our own model answers. */
  public boolean local() {
    return backend.equals("local");
  }

  /** Where and how the model computes. */
  public Compute compute() {
    int cores = Runtime.getRuntime().availableProcessors();
    return new Compute(device, Precision.parse(dtype), threads == 0 ? cores : threads);
  }

  /** The same with so many CPU threads. */
  public GenerateSettings withThreads(int number) {
    return new GenerateSettings(source, backend, batch, lock, device, dtype, number, openai);
  }
}
