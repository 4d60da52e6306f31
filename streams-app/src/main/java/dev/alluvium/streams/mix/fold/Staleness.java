package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.streams.text.TokenEstimate;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How old the model is that wrote a target. Texts of a model that training has left behind are no
 * longer its own words: they become gold, which every candidate carries.
 */
final class Staleness {
  /** Age does not matter: gold, or a text of a model that is not ours. */
  static final long AGELESS = Long.MAX_VALUE;

  private static final Pattern VERSION = Pattern.compile("v(\\d{1,18})");

  private Staleness() {}

  /** Number of the version that wrote a target: 0 for the base model. */
  static long writer(Target target) {
    boolean own = target.getOrigin() == Origin.MODEL || target.getOrigin() == Origin.PARAPHRASE;
    return own ? number(target.getModelVersion()) : AGELESS;
  }

  /**
   * Whether a target is too old to be trained: more versions than that were promoted since its
   * writer.
   *
   * @param promoted numbers of the last promoted versions
   */
  static boolean isStale(long writer, List<Long> promoted, int maxStaleness) {
    return promoted.stream().filter(number -> number > writer).count() > maxStaleness;
  }

  /** The same pair with gold as its target. */
  static Candidate gold(Candidate candidate) {
    Target target =
        Target.newBuilder()
            .setText(candidate.getGold())
            .setOrigin(Origin.GOLD)
            .setReason("stale")
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
