package dev.alluvium.cli.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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

  /** A value was refused. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final String path;

    Refused(String path, String problem) {
      super(problem, null, false, false);
      this.path = path;
    }

    /** Key of the value, or of the record that refused its values. */
    String path() {
      return path;
    }

    /** What is wrong, for a person. */
    String problem() {
      return String.valueOf(getMessage());
    }
  }

  /** Binds all values. */
  <T> T bind(Class<T> type, Map<String, LoadedSettings.Value> values) throws Refused {
    Map<String, Object> nested = nested(values);
    try {
      return mapper.convertValue(nested, type);
    } catch (IllegalArgumentException e) {
      throw explain(e, values);
    }
  }

  private Map<String, Object> nested(Map<String, LoadedSettings.Value> values) {
    Map<String, Object> root = new LinkedHashMap<>();
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
              node.computeIfAbsent(step, ignored -> new LinkedHashMap<String, Object>());
    }
    return node;
  }

  private static Refused explain(
      IllegalArgumentException failure, Map<String, LoadedSettings.Value> values) {
    if (!(failure.getCause() instanceof JsonMappingException mapping)) {
      return new Refused("", String.valueOf(failure.getMessage()));
    }
    String path =
        mapping.getPath().stream()
            .map(JsonMappingException.Reference::getFieldName)
            .collect(Collectors.joining("."));
    String message =
        mapping.getCause() != null && !(mapping.getCause() instanceof JsonProcessingException)
            ? String.valueOf(mapping.getCause().getMessage())
            : expected(mapping);
    LoadedSettings.Value value = values.get(path);
    String where =
        value == null ? path : "%s: %s is '%s'".formatted(value.source(), path, value.shown());
    String said = withoutSecrets(message, path, values);
    boolean saysWhere = where.isEmpty() || said.startsWith(where);
    return new Refused(path, saysWhere ? said : where + ": " + said);
  }

  /** Records tell the value that they refuse; which of theirs it is, they do not. */
  private static String withoutSecrets(
      String message, String path, Map<String, LoadedSettings.Value> values) {
    String shown = message;
    for (Map.Entry<String, LoadedSettings.Value> entry : values.entrySet()) {
      String text = entry.getValue().text();
      if (entry.getValue().secret() && entry.getKey().startsWith(path) && !text.isEmpty()) {
        shown = shown.replace(text, Secrets.MASK);
      }
    }
    return shown;
  }

  private static String expected(JsonMappingException mapping) {
    if (!(mapping instanceof MismatchedInputException mismatch)
        || mismatch.getTargetType() == null) {
      return mapping.getOriginalMessage();
    }
    return "expected " + EXPECTED.getOrDefault(mismatch.getTargetType(), "another kind of value");
  }

  private static final Map<Class<?>, String> EXPECTED =
      Map.of(
          int.class, "a whole number",
          Integer.class, "a whole number",
          long.class, "a whole number",
          double.class, "a number",
          boolean.class, "true or false",
          Duration.class, "a whole number and ms, s, m, h or d, such as 30s");
}
