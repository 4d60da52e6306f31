package dev.alluvium.trainer.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/** Damages files in ways that a seed decides: single bytes, the length, or values inside JSON. */
final class Mutations {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Values that parsers and arithmetic stumble over. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-1",
          "1",
          "7",
          "2147483647",
          "2147483648",
          "-2147483649",
          "9223372036854775808",
          "1e308",
          "1e-320",
          "0.5",
          "-0.0",
          "\"\"",
          "\"x\"",
          "\"default\"",
          "\"F16\"",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "[]",
          "{}",
          "[0]",
          "[1,2,3]",
          "[-1,5]",
          "[4294967296,4294967296]",
          "{\"rope_type\":\"yarn\"}",
          "{\"type\":\"BPE\"}",
          "[[[[[[[[[[]]]]]]]]]]");

  private final UniformRandomProvider random;

  Mutations(long seed) {
    random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
  }

  /** Some bytes changed, left out or put in; now and then cut short. */
  byte[] bytes(byte[] whole) {
    byte[] changed = whole.clone();
    int times = 1 + random.nextInt(4);
    for (int i = 0; i < times && changed.length > 1; i++) {
      int at = random.nextInt(changed.length);
      switch (random.nextInt(8)) {
        case 0 -> changed = Arrays.copyOf(changed, at);
        case 1 -> changed = without(changed, at);
        case 2 -> changed = with(changed, at);
        default -> changed[at] = (byte) random.nextInt(256);
      }
    }
    return changed;
  }

  private static byte[] without(byte[] all, int at) {
    byte[] fewer = new byte[all.length - 1];
    System.arraycopy(all, 0, fewer, 0, at);
    System.arraycopy(all, at + 1, fewer, at, fewer.length - at);
    return fewer;
  }

  private byte[] with(byte[] all, int at) {
    byte[] more = new byte[all.length + 1];
    System.arraycopy(all, 0, more, 0, at);
    more[at] = (byte) "{}[]\",:0-e".charAt(random.nextInt(10));
    System.arraycopy(all, at, more, at + 1, all.length - at);
    return more;
  }

  /** Some values of a JSON document replaced, removed or moved to another key. */
  String json(String document) throws IOException {
    JsonNode root = JSON.readTree(document);
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times; i++) {
      change(somewhere((ContainerNode<?>) root));
    }
    return root.toString();
  }

  /** Every level is as likely as its neighbours: long lists do not draw all the damage. */
  private ContainerNode<?> somewhere(ContainerNode<?> node) {
    List<ContainerNode<?>> inner = new ArrayList<>();
    for (JsonNode child : node) {
      if (child instanceof ContainerNode<?> container && !container.isEmpty()) {
        inner.add(container);
      }
    }
    return inner.isEmpty() || random.nextInt(3) == 0
        ? node
        : somewhere(inner.get(random.nextInt(inner.size())));
  }

  private void change(ContainerNode<?> container) throws IOException {
    JsonNode value = JSON.readTree(VALUES.get(random.nextInt(VALUES.size())));
    if (container.isEmpty()) { // emptied by an earlier change
      return;
    }
    int at = random.nextInt(container.size());
    if (container instanceof ArrayNode array) {
      if (random.nextInt(3) == 0) {
        array.remove(at);
      } else {
        array.set(at, value);
      }
      return;
    }
    ObjectNode object = (ObjectNode) container;
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    String key = keys.get(at);
    switch (random.nextInt(4)) {
      case 0 -> object.remove(key);
      case 1 -> object.set(keys.get(random.nextInt(keys.size())), object.get(key));
      default -> object.set(key, value);
    }
  }

  /** A safetensors file whose header, and only that, is damaged as JSON or as bytes. */
  byte[] safetensors(byte[] file) throws IOException {
    long length = java.nio.ByteBuffer.wrap(file).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong();
    int end = 8 + Math.toIntExact(length);
    byte[] header = Arrays.copyOfRange(file, 8, end);
    byte[] changed =
        random.nextBoolean()
            ? bytes(header)
            : json(new String(header, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    boolean honest = random.nextInt(4) > 0;
    java.nio.ByteBuffer whole =
        java.nio.ByteBuffer.allocate(8 + changed.length + file.length - end)
            .order(java.nio.ByteOrder.LITTLE_ENDIAN);
    whole.putLong(honest ? changed.length : length + random.nextInt(65) - 32);
    whole.put(changed).put(file, end, file.length - end);
    return whole.array();
  }
}
