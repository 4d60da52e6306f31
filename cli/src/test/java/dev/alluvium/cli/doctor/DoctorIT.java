package dev.alluvium.cli.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.SharedBroker;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The doctor on a real broker, with a set-up in order and with one thing after another broken. */
class DoctorIT {
  private static final Path TINY = Path.of("../models/tiny");
  private static final String NAMESPACE = "doctor";

  @TempDir private Path directory;

  @BeforeAll
  static void createTopics() {
    Cli.run("topics", "create", "--set", broker(), "--set", "namespace=" + NAMESPACE);
  }

  @Test
  void findsNothingInASetUpThatIsInOrder() {
    assertThat(faults(Map.of())).isEqualTo(withoutASandbox());
  }

  /** Breaks something below the directory and gives the settings that lead there. */
  @FunctionalInterface
  interface Break {
    Map<String, String> in(Path directory) throws IOException;
  }

  private static Arguments planted(String name, String check, String says, Break fault) {
    return argumentSet(name, check, says, fault);
  }

  private static Arguments setting(String key, String value) {
    return planted(key + "=" + value, "settings", key, directory -> Map.of(key, value));
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        setting("train.learningRat", "0.1"),
        setting("train.learningRate", "-1"),
        setting("train.batchTokens", "8"),
        setting("train.device", "tpu"),
        setting("train.dtype", "float8"),
        setting("train.lora.targets", "q_proj,everything"),
        setting("mix.policy", "fair"),
        setting("mix.replay.share", "2"),
        setting("curate.holdOut", "1.5"),
        setting("s3ft.mode", "sometimes"),
        setting("dashboard.host", "0.0.0.0"),
        setting("kafka.isolation.level", "read_uncommitted"),
        planted(
            "topics missing",
            "topics",
            "are missing",
            directory -> Map.of("namespace", "nobody-made-these")),
        planted(
            "store that is a file",
            "train.store",
            "no directory to write in",
            directory -> Map.of("train.store", file(directory, "store", "x"))),
        planted(
            "state that is a file",
            "streams.stateDir",
            "no directory to write in",
            directory -> Map.of("streams.stateDir", file(directory, "state", "x"))),
        planted(
            "no model",
            "train.model",
            "config.json",
            directory -> Map.of("train.model", directory.resolve("nothing").toString())),
        planted(
            "model of another family",
            "train.model",
            "model_type",
            directory -> model(directory, config -> config.replace("\"llama\"", "\"gpt2\""))),
        planted(
            "quantized model",
            "train.model",
            "quantization_config",
            directory ->
                model(
                    directory,
                    config ->
                        config.replaceFirst("\\{", "{\"quantization_config\": {\"bits\": 4},"))),
        planted(
            "weights of another shape",
            "train.model",
            "of another shape",
            directory ->
                model(
                    directory,
                    config ->
                        config.replaceAll(
                            "\"intermediate_size\" : \\d+", "\"intermediate_size\" : 640"))),
        planted("weights cut off", "train.model", "model.safetensors", DoctorIT::cutOff),
        planted(
            "no tokenizer",
            "train.chatTemplate",
            "has no tokenizer.json",
            directory -> {
              Map<String, String> settings = model(directory, config -> config);
              Files.delete(directory.resolve("model/tokenizer.json"));
              return settings;
            }),
        planted(
            "chat template that is not there",
            "train.chatTemplate",
            "no chat template 'tool_use'",
            directory -> {
              Map<String, String> settings =
                  new LinkedHashMap<>(model(directory, config -> config));
              Files.writeString(directory.resolve("model/chat_template.jinja"), "{{ messages }}");
              settings.put("train.chatTemplate", "tool_use");
              return settings;
            }),
        planted(
            "texts longer than the model takes",
            "train.maxTokens",
            "positions of the model",
            directory -> Map.of("train.maxTokens", "90000", "train.batchTokens", "90000")),
        planted(
            "batches that no memory holds",
            "memory",
            "training needs",
            directory -> Map.of("train.batchTokens", "2000000000")),
        planted(
            "a judge that is not there",
            "judges",
            "there is no judge 'oracle'",
            directory -> Map.of("judges.fallback", "number,oracle")),
        planted(
            "prompts that are not there",
            "s3ft.prompts",
            "nowhere",
            directory -> Map.of("s3ft.prompts", directory.resolve("nowhere").toString())),
        planted(
            "a short dashboard token",
            "dashboard token",
            "dashboard.tokenFile",
            directory -> Map.of("dashboard.tokenFile", file(directory, "token", "123"))),
        planted(
            "a short token of a service",
            "http token",
            "http.tokenFile",
            directory ->
                Map.of("http.port", "7801", "http.tokenFile", file(directory, "token", "123"))),
        planted(
            "no key for the server",
            "generate.openai key",
            "generate.openai.apiKeyFile",
            directory -> Map.of("generate.openai.apiKeyFile", directory.resolve("key").toString())),
        planted(
            "no key for the servers that follow",
            "publish key",
            "publish.apiKeyFile",
            directory -> Map.of("publish.apiKeyFile", directory.resolve("key").toString())));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void namesWhatIsBroken(String check, String says, Break fault) throws IOException {
    Map<String, String> found = faults(fault.in(directory));

    Map<String, String> own = new LinkedHashMap<>(found);
    own.keySet().removeAll(withoutASandbox().keySet());
    assertThat(own.keySet()).containsExactly(check);
    assertThat(own.get(check)).contains(says);
  }

  /** What is said on machines without a sandbox, where that is a fault of its own. */
  private static Map<String, String> withoutASandbox() {
    Map<String, String> faults = new LinkedHashMap<>();
    run(List.of())
        .forEach(
            (check, found) -> {
              if (check.equals("sandbox")) {
                faults.put(check, found);
              }
            });
    return faults;
  }

  private static Map<String, String> faults(Map<String, String> settings) {
    List<String> arguments = new ArrayList<>();
    for (String key : new TreeSet<>(settings.keySet())) {
      arguments.add("--set");
      arguments.add(key + "=" + settings.get(key));
    }
    return run(arguments);
  }

  /** The checks that failed, and what they found; each must say what to do. */
  private static Map<String, String> run(List<String> settings) {
    List<String> arguments = new ArrayList<>(List.of("doctor", "--json", "--set", broker()));
    arguments.addAll(List.of("--set", "namespace=" + NAMESPACE, "--set", "train.model=" + TINY));
    arguments.addAll(settings);
    Cli.Result result = Cli.run(arguments.toArray(String[]::new));
    Map<String, String> faults = new LinkedHashMap<>();
    for (JsonNode check : result.json().get("checks")) {
      if (!check.get("ok").asBoolean()) {
        assertThat(check.get("advice").asText()).isNotBlank();
        faults.put(check.get("check").asText(), check.get("found").asText());
      }
    }
    assertThat(result.exitCode()).isEqualTo(faults.isEmpty() ? ExitCodes.DONE : ExitCodes.FAILED);
    return faults;
  }

  private static String broker() {
    return "kafka.bootstrap.servers=" + SharedBroker.bootstrapServers();
  }

  private static String file(Path directory, String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content, UTF_8).toString();
  }

  /** A copy of the tiny model with another config.json. */
  private static Map<String, String> model(Path directory, UnaryOperator<String> change)
      throws IOException {
    Path copy = Files.createDirectory(directory.resolve("model"));
    try (Stream<Path> files = Files.list(TINY)) {
      files
          .filter(Files::isRegularFile)
          .forEach(
              file -> {
                try {
                  Files.copy(file, copy.resolve(file.getFileName()));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
    Path config = copy.resolve("config.json");
    String before = Files.readString(config);
    Files.writeString(config, change.apply(before));
    return Map.of("train.model", copy.toString());
  }

  private static Map<String, String> cutOff(Path directory) throws IOException {
    Map<String, String> settings = model(directory, config -> config);
    Path weights = directory.resolve("model/model.safetensors");
    try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "rw")) {
      file.setLength(file.length() / 2);
    }
    return settings;
  }
}
