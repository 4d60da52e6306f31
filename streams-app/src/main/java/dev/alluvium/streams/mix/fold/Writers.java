package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.streams.text.TokenEstimate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who wrote a target. Texts of a version that training has left behind are no longer the model's
 * own words: they become gold, which every candidate carries.
 */
final class Writers {
  /** Age does not matter: gold, or a text of a model that is not ours. */
  static final long AGELESS = Long.MAX_VALUE;

  private static final Pattern VERSION = Pattern.compile("v(\\d{1,18})");

  private Writers() {}

  /** Number of the version that wrote a target: 0 for the base model. */
  static long writer(Target target) {
    boolean own = target.getOrigin() == Origin.MODEL || target.getOrigin() == Origin.PARAPHRASE;
    return own ? number(target.getModelVersion()) : AGELESS;
  }

  /** The same pair with gold as its target, for a reason. */
  static Candidate gold(Candidate candidate, String reason) {
    Target target =
        Target.newBuilder()
            .setText(candidate.getGold())
            .setOrigin(Origin.GOLD)
            .setReason(reason)
            .setTemplate(candidate.getTarget().getTemplate())
            .build();
    return Candidate.newBuilder(candidate)
        .setTarget(target)
        .setEstimatedTokens(TokenEstimate.of(candidate.getPrompt(), target.getText()))
        .build();
  }

  private static long number(@Nullable String version) {
    Matcher matcher = VERSION.matcher(version == null ? "" : version);
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
  }
}
