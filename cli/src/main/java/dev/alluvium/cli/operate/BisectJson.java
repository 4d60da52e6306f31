package dev.alluvium.cli.operate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.trainer.bisect.Bisected;
import dev.alluvium.trainer.bisect.Question;
import dev.alluvium.trainer.bisect.WindowEffect;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a bisection found, for programs. */
final class BisectJson {
  private BisectJson() {}

  static ObjectNode of(Question question, Bisected result) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("skill", question.skill())
            .put("good", question.goodName())
            .put("bad", question.bad().getVersion())
            .put("probes", result.probes())
            .put("budget", result.budget());
    ArrayNode windows = json.putArray("windows");
    for (WindowEffect effect : result.windows()) {
      windows
          .addObject()
          .put("window", effect.window())
          .put("offset", effect.offset())
          .put("examples", effect.examples())
          .put("of_skill", effect.ofSkill())
          .put("perplexity", number(effect.perplexity()))
          .put("rise", number(effect.rise()))
          .put("rise_error", number(effect.riseError()))
          .put("worse", effect.worse());
    }
    return json.put("broke", window(result.broke()))
        .put("steepest", window(result.steepest()))
        .put("reproduced", result.reproduced());
  }

  private static @Nullable Double number(double value) {
    return Double.isFinite(value) ? (Double) value : null;
  }

  private static @Nullable Long window(Optional<WindowEffect> effect) {
    return effect.map(WindowEffect::window).orElse(null);
  }
}
