package dev.alluvium.trainer.model.lora;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.alluvium.trainer.model.Projection;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which linear layers carry a pair, in the ways of PEFT.
 *
 * @param names ends of module names, such as {@code q_proj}, {@code self_attn.q_proj} or {@code
 *     model.layers.3.self_attn.q_proj}; empty if a pattern says it
 * @param pattern regular expression for whole module names; empty if names say it. Matched in time
 *     proportional to the name (RE2), so without references back and without looking around
 * @param layers the layers that are meant; empty for all
 */
public record Targets(List<String> names, String pattern, Set<Integer> layers) {
  public Targets {
    names = List.copyOf(names);
    layers = Set.copyOf(layers);
    if (names.isEmpty() == pattern.isEmpty()) {
      throw new IllegalArgumentException("target_modules: expected names or a regular expression");
    }
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "target_modules: %s is no regular expression that can be used: %s"
              .formatted(pattern, e.getDescription()),
          e);
    }
  }

  /** These projections of every layer. */
  public static Targets of(Collection<Projection> projections) {
    return new Targets(
        new TreeSet<>(projections).stream().map(Projection::shortName).toList(), "", Set.of());
  }

  /** Every projection of every layer. */
  public static Targets all() {
    return of(List.of(Projection.values()));
  }

  /** Whether this projection of this layer carries a pair. */
  public boolean contains(int layer, Projection projection) {
    if (!layers.isEmpty() && !layers.contains(layer)) {
      return false;
    }
    String module = "model.layers." + layer + "." + projection.module();
    return names.isEmpty() ? matches(module) : names.stream().anyMatch(name -> isEnd(name, module));
  }

  /**
   * Refuses what would reach further than the linear layers of a decoder's layers, or reach none.
   *
   * @param layerCount layers of the decoder
   */
  void check(int layerCount) {
    for (String module : List.of("lm_head", "model.embed_tokens")) {
      boolean reached =
          names.isEmpty() ? matches(module) : names.stream().anyMatch(name -> isEnd(name, module));
      if (reached) {
        throw new IllegalArgumentException(
            "target_modules reaches %s: only the linear layers %s can be adapted"
                .formatted(module, List.of(Projection.values())));
      }
    }
    for (String name : names.isEmpty() ? List.of(pattern) : names) {
      Targets alone = names.isEmpty() ? this : new Targets(List.of(name), "", layers);
      if (!alone.reachesAny(layerCount)) {
        throw new IllegalArgumentException(
            "target_modules has %s, which is no linear layer of this decoder: expected %s"
                .formatted(
                    name,
                    List.of(Projection.values()).stream().map(Projection::shortName).toList()));
      }
    }
  }

  private boolean reachesAny(int layerCount) {
    for (int layer = 0; layer < layerCount; layer++) {
      for (Projection projection : Projection.values()) {
        if (contains(layer, projection)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean matches(String module) {
    return Pattern.matches(pattern, module);
  }

  private static boolean isEnd(String name, String module) {
    return module.equals(name) || module.endsWith("." + name);
  }
}
