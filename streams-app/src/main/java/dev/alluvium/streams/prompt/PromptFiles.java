package dev.alluvium.streams.prompt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.streams.policy.PolicyRules;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The prompts of all skills. A directory may hold {@code answer.txt}, {@code paraphrase.txt} and
 * {@code judge.txt} for every skill, and the same in a directory of a skill's name for that skill;
 * what is not there is built in.
 */
public final class PromptFiles {
  private static final long MAX_BYTES = 64 * 1024;

  /** What a prompt is for. */
  private enum Purpose {
    ANSWER(List.of()),
    PARAPHRASE(List.of("gold", "answer", "tests")),
    JUDGE(List.of("gold", "answer", "text"));

    private final List<String> places;

    Purpose(List<String> places) {
      this.places = places;
    }

    String fileName() {
      return name().toLowerCase(Locale.ROOT) + ".txt";
    }
  }

  private final Map<Purpose, PromptFile> general = new HashMap<>();
  private final Map<String, Map<Purpose, PromptFile>> bySkill = new HashMap<>();

  private PromptFiles() {}

  /** The built-in prompts. */
  public static PromptFiles builtIn() {
    PromptFiles files = new PromptFiles();
    for (Purpose purpose : Purpose.values()) {
      files.general.put(purpose, resource(purpose));
    }
    return files;
  }

  /**
   * The prompts of a directory; empty for the built-in ones.
   *
   * @throws IllegalArgumentException when the directory is missing or a file in it is no prompt
   */
  public static PromptFiles open(String directory) {
    PromptFiles files = builtIn();
    if (directory.isBlank()) {
      return files;
    }
    Path root = Path.of(directory);
    if (!Files.isDirectory(root)) {
      throw new IllegalArgumentException(
          "s3ft.prompts is '%s': expected a directory with answer.txt, paraphrase.txt or judge.txt"
              .formatted(directory));
    }
    files.general.putAll(read(root));
    try (Stream<Path> skills = Files.list(root)) {
      skills
          .filter(Files::isDirectory)
          .forEach(skill -> files.bySkill.put(skillName(skill), read(skill)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the prompts in " + root, e);
    }
    return files;
  }

  /** What a model is shown to answer a pair, and to be trained on it. */
  public Prompt answer(String skill, Prompt asked) {
    return file(skill, Purpose.ANSWER).prompt(asked, Map.of());
  }

  /** Digest of the file that {@link #answer} uses. */
  public String answerDigest(String skill) {
    return file(skill, Purpose.ANSWER).digest();
  }

  /**
   * What a model is shown to reword gold.
   *
   * @param asked the prompt it is trained with
   */
  public Prompt paraphrase(
      String skill, Prompt asked, String gold, String answer, List<String> tests) {
    return file(skill, Purpose.PARAPHRASE)
        .prompt(asked, Map.of("gold", gold, "answer", answer, "tests", String.join("\n", tests)));
  }

  /** Digest of the file that {@link #paraphrase} uses. */
  public String paraphraseDigest(String skill) {
    return file(skill, Purpose.PARAPHRASE).digest();
  }

  /** What a model is shown to judge a text. */
  public Prompt judge(String skill, Prompt asked, String gold, String answer, String text) {
    return file(skill, Purpose.JUDGE)
        .prompt(asked, Map.of("gold", gold, "answer", answer, "text", text));
  }

  /** Digest of the file that {@link #judge} uses. */
  public String judgeDigest(String skill) {
    return file(skill, Purpose.JUDGE).digest();
  }

  private PromptFile file(String skill, Purpose purpose) {
    PromptFile own = bySkill.getOrDefault(skill, Map.of()).get(purpose);
    return own != null ? own : requireNonNull(general.get(purpose));
  }

  private static String skillName(Path directory) {
    String name = directory.getFileName().toString();
    if (!PolicyRules.SKILL.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "s3ft.prompts holds the directory %s: expected the name of a skill, %s"
              .formatted(directory, PolicyRules.SKILL));
    }
    return name;
  }

  private static Map<Purpose, PromptFile> read(Path directory) {
    Map<Purpose, PromptFile> found = new HashMap<>();
    for (Purpose purpose : Purpose.values()) {
      Path file = directory.resolve(purpose.fileName());
      if (Files.exists(file)) {
        found.put(purpose, new PromptFile(file.toString(), text(file), purpose.places));
      }
    }
    return found;
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IllegalArgumentException(
            "prompt file %s has %d bytes: expected at most %d"
                .formatted(file, Files.size(file), MAX_BYTES));
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalArgumentException("prompt file %s cannot be read: %s".formatted(file, e), e);
    }
  }

  private static PromptFile resource(Purpose purpose) {
    String name = "/prompts/" + purpose.fileName();
    try (InputStream in = PromptFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("this build lacks the resource " + name);
      }
      return new PromptFile(name, new String(in.readAllBytes(), UTF_8), purpose.places);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
