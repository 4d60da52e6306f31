package dev.alluvium.trainer.weights;

import dev.alluvium.schemas.Digests;
import dev.alluvium.trainer.files.DigestMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Tells a model directory from all others, those of the same shape included. */
public final class ModelContent {
  /** What a model and its tokenizer are read from, beside weights and templates. */
  private static final Set<String> SETTINGS =
      Set.of(
          "config.json",
          "generation_config.json",
          "special_tokens_map.json",
          "tokenizer.json",
          "tokenizer_config.json");

  private ModelContent() {}

  /**
   * SHA-256 over the names and digests of the files that a model is read from: weights and their
   * index, configuration, tokenizer, chat templates. Other files of the directory may change.
   *
   * @param digests what is remembered of files that were read before
   * @throws WeightsException when the directory has no weights
   * @throws UncheckedIOException when a file cannot be read
   */
  public static String digest(Path directory, DigestMemory digests) {
    List<String> parts = new ArrayList<>();
    try {
      for (Path file : files(directory)) {
        parts.add(directory.relativize(file).toString());
        parts.add(digests.sha256(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the model in " + directory, e);
    }
    return Digests.sha256(parts.toArray(String[]::new));
  }

  private static Set<Path> files(Path directory) throws IOException {
    ShardIndex index = ShardIndex.find(directory);
    Set<Path> all = new TreeSet<>(index.files());
    all.add(index.source());
    try (Stream<Path> beside = Files.list(directory)) {
      beside.filter(ModelContent::isRead).forEach(all::add);
    }
    Path templates = directory.resolve(ModelCopy.NAMED_TEMPLATES);
    if (Files.isDirectory(templates)) {
      try (Stream<Path> named = Files.list(templates)) {
        named.filter(ModelContent::isTemplate).forEach(all::add);
      }
    }
    return all;
  }

  private static boolean isRead(Path file) {
    return SETTINGS.contains(file.getFileName().toString()) || isTemplate(file);
  }

  private static boolean isTemplate(Path file) {
    return file.toString().endsWith(".jinja");
  }
}
