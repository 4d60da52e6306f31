package dev.alluvium.streams.watch.fold;

import dev.alluvium.streams.config.WatchSettings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;

/** The default settings of the watch with some changed. */
public final class Told {
  private Told() {}

  /** Settings by key, as in {@code Map.of("recent", 5)}. */
  public static WatchSettings with(Map<String, Object> changes) {
    try {
      RecordComponent[] components = WatchSettings.class.getRecordComponents();
      Object[] values = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        Object given = components[i].getAccessor().invoke(WatchSettings.defaults());
        values[i] = changes.getOrDefault(components[i].getName(), given);
      }
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      return WatchSettings.class.getConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw refused;
      }
      throw new LinkageError("settings changed", e);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("settings changed", e);
    }
  }
}
