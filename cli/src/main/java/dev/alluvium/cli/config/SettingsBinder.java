package dev.alluvium.cli.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Flat keys to a settings record; what a record says against a value is reported with its key. */
final class SettingsBinder {
  private final KnownKeys keys;
  private final JsonMapper mapper;

  SettingsBinder(KnownKeys keys) {
    this.keys = keys;
    this.mapper =
        JsonMapper.builder()
            .addModule(
                new SimpleModule().addDeserializer(Duration.class, new DurationDeserializer()))
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .withCoercionConfigDefaults(
                c -> c.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
            .withCoercionConfig(
                LogicalType.Textual,
                c -> c.setCoercion(CoercionInputShape.EmptyString, CoercionAction.TryConvert))
            .build();
  }

  /** Binds, or adds to the problems. */
  <T> Optional<T> bind(
      Class<T> type, SortedMap<String, LoadedSettings.Value> values, List<String> problems) {
    Map<String, Object> nested = nested(values);
    try {
      return Optional.of(mapper.convertValue(nested, type));
    } catch (IllegalArgumentException e) {
      problems.add(explain(e, values));
      return Optional.empty();
    }
  }

  private Map<String, Object> nested(SortedMap<String, LoadedSettings.Value> values) {
    Map<String, Object> root = new TreeMap<>();
    for (String map : keys.maps()) {
      child(root, map);
    }
    values.forEach(
        (key, value) -> {
          Optional<String> map = keys.mapOf(key);
          if (map.isPresent()) {
            child(root, map.get()).put(key.substring(map.get().length() + 1), value.text());
          } else {
            int dot = key.lastIndexOf('.');
            Map<String, Object> parent = dot < 0 ? root : child(root, key.substring(0, dot));
            parent.put(key.substring(dot + 1), value.text());
          }
        });
    return root;
  }

  @SuppressWarnings("unchecked") // every non-leaf of the tree is a map made here
  private static Map<String, Object> child(Map<String, Object> root, String path) {
    Map<String, Object> node = root;
    for (String step : path.split("\\.", -1)) {
      node =
          (Map<String, Object>)
              node.computeIfAbsent(step, ignored -> new TreeMap<String, Object>());
    }
    return node;
  }

  private static String explain(
      IllegalArgumentException failure, SortedMap<String, LoadedSettings.Value> values) {
    if (!(failure.getCause() instanceof JsonMappingException mapping)) {
      return String.valueOf(failure.getMessage());
    }
    String path =
        mapping.getPath().stream()
            .map(JsonMappingException.Reference::getFieldName)
            .collect(Collectors.joining("."));
    String message =
        mapping.getCause() != null && !(mapping.getCause() instanceof JsonProcessingException)
            ? String.valueOf(mapping.getCause().getMessage())
            : mapping.getOriginalMessage();
    LoadedSettings.Value value = values.get(path);
    String where =
        value == null ? path : "%s: %s is '%s'".formatted(value.source(), path, value.text());
    return where.isEmpty() || message.startsWith(where) ? message : where + ": " + message;
  }
}
