package dev.alluvium.cli.publish;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out whether a name is answered by its adapter. A server whose modules an adapter does not
 * match serves the base model under the adapter's name, without a word.
 */
final class Canary {
  /** Equal questions are answered with slightly different numbers on a busy GPU. */
  private static final int BASE_ANSWERS = 3;

  /** An adapter must be further from the base model than the base model ever was from itself. */
  private static final int TIMES_NOISE = 2;

  private final String prompt;
  private final double leastDifference;

  /**
   * @param prompt what is asked
   * @param leastDifference in nats
   */
  Canary(String prompt, double leastDifference) {
    this.prompt = prompt;
    this.leastDifference = leastDifference;
  }

  /**
   * What speaks against serving a name, if anything does.
   *
   * @param base name of its base model
   */
  Optional<String> fault(VllmServer server, String model, String base) throws ServerException {
    List<Continuation> unadapted = new ArrayList<>();
    for (int i = 0; i < BASE_ANSWERS; i++) {
      unadapted.add(server.complete(base, prompt));
    }
    Continuation adapted = server.complete(model, prompt);
    Continuation first = unadapted.get(0);
    double noise = unadapted.stream().mapToDouble(first::difference).max().orElse(0);
    double difference = unadapted.stream().mapToDouble(adapted::difference).min().orElse(0);
    double least = Math.max(leastDifference, TIMES_NOISE * noise);
    return difference >= least
        ? Optional.empty()
        : Optional.of(
            "%s: %s answers publish.canary like the base model %s: log-probabilities differ by %.2g, expected %.2g or more"
                .formatted(server.url(), model, base, difference, least));
  }
}
