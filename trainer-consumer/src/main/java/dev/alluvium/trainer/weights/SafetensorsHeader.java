package dev.alluvium.trainer.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The parsed and checked header of one safetensors file.
 *
 * <p>The checks are those of the format's own library: the tensors fill the data part exactly, with
 * neither gap nor overlap, so a truncated or crafted file is refused before anything is read.
 */
record SafetensorsHeader(Map<String, TensorInfo> tensors, Map<String, String> metadata) {
  /** The limit that the format's own library sets, in bytes. */
  static final long MAX_BYTES = 100_000_000;

  /** Bytes of the length field in front of the header. */
  static final int LENGTH_BYTES = 8;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  /**
   * Parses a header.
   *
   * @param json the header's bytes, padding included
   * @param fileBytes size of the whole file
   * @throws WeightsException when it contradicts itself or the file
   */
  static SafetensorsHeader parse(byte[] json, long fileBytes, Path file) {
    JsonNode root = tree(json, file);
    long dataStart = LENGTH_BYTES + (long) json.length;
    Map<String, TensorInfo> tensors = new TreeMap<>();
    Map<String, String> metadata = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (field.getKey().equals("__metadata__")) {
        for (Map.Entry<String, JsonNode> entry : field.getValue().properties()) {
          if (!entry.getValue().isTextual()) {
            throw new WeightsException(
                file + ": metadata entry " + entry.getKey() + " is not a string");
          }
          metadata.put(entry.getKey(), entry.getValue().textValue());
        }
      } else {
        tensors.put(field.getKey(), tensor(field.getKey(), field.getValue(), dataStart, file));
      }
    }
    checkLayout(tensors, dataStart, fileBytes, file);
    return new SafetensorsHeader(Map.copyOf(tensors), Map.copyOf(metadata));
  }

  private static JsonNode tree(byte[] json, Path file) {
    if (json.length == 0 || json[0] != '{') {
      throw new WeightsException(
          file + ": the header does not start with '{', so this is not a safetensors file");
    }
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new WeightsException(
          file + ": the header is not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new WeightsException(file + ": the header cannot be read", e);
    }
  }

  private static TensorInfo tensor(String name, JsonNode node, long dataStart, Path file) {
    String where = file + ": tensor " + name;
    JsonNode dtype = node.path("dtype");
    JsonNode offsets = node.path("data_offsets");
    if (!dtype.isTextual() || !node.path("shape").isArray() || offsets.size() != 2) {
      throw new WeightsException(where + " lacks dtype, shape or data_offsets: " + node);
    }
    TensorType type = TensorType.of(dtype.textValue(), where);
    List<Long> shape = new ArrayList<>();
    for (JsonNode size : node.path("shape")) {
      shape.add(wholeNumber(size, where));
    }
    long begin = wholeNumber(offsets.get(0), where);
    long end = wholeNumber(offsets.get(1), where);
    if (end < begin || end - begin != bytesOf(shape, type, where)) {
      throw new WeightsException(
          String.format(
              Locale.ROOT,
              "%s is %s %s, which takes %d bytes, but its data_offsets are %s",
              where,
              type,
              shape,
              bytesOf(shape, type, where),
              offsets));
    }
    try {
      return new TensorInfo(
          name, type, shape, Math.addExact(dataStart, begin), Math.addExact(dataStart, end));
    } catch (ArithmeticException e) {
      throw new WeightsException(where + " lies beyond any file: " + offsets, e);
    }
  }

  private static long wholeNumber(JsonNode node, String where) {
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
      throw new WeightsException(
          where + " has " + node + " as a size or offset: expected a whole number >= 0");
    }
    return node.longValue();
  }

  private static long bytesOf(List<Long> shape, TensorType type, String where) {
    long bytes = type.bytes();
    try {
      for (long size : shape) {
        bytes = Math.multiplyExact(bytes, size);
      }
    } catch (ArithmeticException e) {
      throw new WeightsException(where + " has the impossible shape " + shape, e);
    }
    return bytes;
  }

  private static void checkLayout(
      Map<String, TensorInfo> tensors, long dataStart, long fileBytes, Path file) {
    List<TensorInfo> inOrder = new ArrayList<>(tensors.values());
    inOrder.sort(Comparator.comparingLong(TensorInfo::begin).thenComparing(TensorInfo::end));
    long expected = dataStart;
    for (TensorInfo tensor : inOrder) {
      if (tensor.begin() != expected) {
        throw new WeightsException(
            String.format(
                Locale.ROOT,
                "%s: tensor %s starts at byte %d, expected %d: tensors must follow one another"
                    + " without gap or overlap",
                file,
                tensor.name(),
                tensor.begin(),
                expected));
      }
      expected = tensor.end();
    }
    if (expected != fileBytes) {
      throw new WeightsException(
          String.format(
              Locale.ROOT,
              "%s has %d bytes, but its header describes %d: the file is truncated or damaged,"
                  + " fetch it again",
              file,
              fileBytes,
              expected));
    }
  }
}
