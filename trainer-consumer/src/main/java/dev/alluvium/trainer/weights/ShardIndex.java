package dev.alluvium.trainer.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Which safetensors files make up a model.
 *
 * @param files the files to open, sorted
 * @param tensors tensor name to file name, as the index says; empty without an index
 */
record ShardIndex(Path source, List<Path> files, Map<String, String> tensors) {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  private static final Set<String> PICKLES = Set.of("bin", "pt", "pth", "pkl", "pickle", "ckpt");

  static ShardIndex find(Path path) {
    if (Files.isDirectory(path)) {
      return inDirectory(path);
    }
    String name = String.valueOf(path.getFileName());
    if (isPickle(name)) {
      throw new WeightsException(
          path
              + " is a pickle, and reading a pickle runs the code in it: convert it to safetensors");
    }
    return name.endsWith(".json") ? read(path) : new ShardIndex(path, List.of(path), Map.of());
  }

  private static ShardIndex inDirectory(Path directory) {
    Path single = directory.resolve(SINGLE);
    if (Files.exists(single)) {
      return new ShardIndex(single, List.of(single), Map.of());
    }
    Path index = directory.resolve(INDEX);
    if (Files.exists(index)) {
      return read(index);
    }
    throw new WeightsException(
        String.format(
            Locale.ROOT,
            "%s holds neither %s nor %s%s",
            directory,
            SINGLE,
            INDEX,
            holdsPickle(directory)
                ? "; pickled weights are refused because reading them runs code: convert them"
                : ""));
  }

  private static boolean holdsPickle(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.anyMatch(file -> isPickle(String.valueOf(file.getFileName())));
    } catch (IOException e) {
      throw new UncheckedIOException(directory + " cannot be listed", e);
    }
  }

  private static boolean isPickle(String name) {
    return PICKLES.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }

  private static ShardIndex read(Path index) {
    JsonNode map;
    try {
      map = new ObjectMapper().readTree(index.toFile()).path("weight_map");
    } catch (IOException e) {
      throw new WeightsException(index + " is not a readable shard index: " + e.getMessage(), e);
    }
    if (!map.isObject() || map.isEmpty()) {
      throw new WeightsException(index + " has no weight_map");
    }
    Map<String, String> tensors = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String file = entry.getValue().asText();
      // A shard lies beside its index: a path would let an index read any file.
      if (!file.endsWith(".safetensors") || file.contains("/") || file.contains("\\")) {
        throw new WeightsException(
            index + " puts " + entry.getKey() + " into '" + file + "': expected NAME.safetensors");
      }
      tensors.put(entry.getKey(), file);
    }
    List<Path> files = new TreeSet<>(tensors.values()).stream().map(index::resolveSibling).toList();
    return new ShardIndex(index, files, tensors);
  }

  /** Refuses shards that hold other tensors than the index says. */
  void check(Set<String> found) {
    if (tensors.isEmpty()) {
      return;
    }
    Set<String> absent = new TreeSet<>(tensors.keySet());
    absent.removeAll(found);
    Set<String> unlisted = new TreeSet<>(found);
    unlisted.removeAll(tensors.keySet());
    if (!absent.isEmpty() || !unlisted.isEmpty()) {
      throw new WeightsException(
          String.format(
              Locale.ROOT,
              "%s and its shards disagree: in the index only %s, in the shards only %s",
              source,
              absent,
              unlisted));
    }
  }
}
