package dev.alluvium.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.optim.AdamWSettings;
import dev.alluvium.trainer.text.TokenizedExample;
import dev.alluvium.trainer.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A tiny random model with the numbers that PyTorch, transformers and PEFT calculate for it. */
public final class ParityFixture implements AutoCloseable {
  public static final Compute COMPUTE = new Compute("cpu", Precision.FLOAT32, 1);

  private static final Path ROOT = Path.of("src/test/resources/parity");
  private static final Path INITIALISED = Path.of("src/test/resources/bfloat16");

  private final Path directory;
  private final Safetensors expected;
  private final JsonNode numbers;

  private ParityFixture(Path directory, Safetensors expected, JsonNode numbers) {
    this.directory = directory;
    this.expected = expected;
    this.numbers = numbers;
  }

  /** The fixtures, two or more of each family. */
  public static List<String> names() throws IOException {
    try (Stream<Path> directories = Files.list(ROOT)) {
      return directories.map(directory -> directory.getFileName().toString()).sorted().toList();
    }
  }

  /** A model with weights so large that every part of it matters. */
  public static ParityFixture open(String name) throws IOException {
    return read(ROOT.resolve(name));
  }

  /** The same model with the weights it is initialised with, and less that is calculated. */
  public static ParityFixture initialised(String name) throws IOException {
    return read(INITIALISED.resolve(name));
  }

  private static ParityFixture read(Path directory) throws IOException {
    return new ParityFixture(
        directory,
        Safetensors.open(directory.resolve("expected.safetensors")),
        new ObjectMapper().readTree(directory.resolve("expected.json").toFile()));
  }

  public Path directory() {
    return directory;
  }

  public Path adapter() {
    return directory.resolve("adapter");
  }

  public float[] expected(String name) {
    return expected.all(name);
  }

  public JsonNode numbers() {
    return numbers;
  }

  /** The two sequences of the fixture with their trained positions. */
  public List<TokenizedExample> examples() {
    List<TokenizedExample> examples = new ArrayList<>();
    for (int i = 0; i < numbers.get("ids").size(); i++) {
      int[] mask = ints(numbers.get("trained").get(i));
      boolean[] trained = new boolean[mask.length];
      for (int t = 0; t < mask.length; t++) {
        trained[t] = mask[t] == 1;
      }
      examples.add(new TokenizedExample(ints(numbers.get("ids").get(i)), trained));
    }
    return examples;
  }

  public AdamWSettings adamw() {
    JsonNode n = numbers.get("adamw");
    return new AdamWSettings(
        n.get("beta1").asDouble(),
        n.get("beta2").asDouble(),
        n.get("eps").asDouble(),
        n.get("weightDecay").asDouble(),
        n.get("clip").asDouble());
  }

  public static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }

  public static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return flat;
  }

  /** Asserts that no two numbers differ by more than the tolerance. */
  public static void assertClose(float[] actual, float[] wanted, double tolerance, String what) {
    assertThat(actual.length).as(what).isEqualTo(wanted.length);
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      double difference = Math.abs(actual[i] - wanted[i]);
      worst = difference <= worst ? worst : difference; // NaN wins
    }
    assertThat(worst).as(what).isLessThanOrEqualTo(tolerance);
  }

  @Override
  public void close() {
    expected.close();
  }
}
