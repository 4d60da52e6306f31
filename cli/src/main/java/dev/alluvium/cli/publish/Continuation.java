package dev.alluvium.cli.publish;

import java.util.List;
import java.util.Map;

/**
 * A greedy answer: the token chosen at each position, and the log-probabilities of the likeliest
 * ones there, the chosen one among them.
 */
record Continuation(List<String> tokens, List<Map<String, Double>> likeliest) {
  Continuation {
    tokens = List.copyOf(tokens);
    likeliest = List.copyOf(likeliest);
  }

  /**
   * How far two models are apart in answers to the same prompt, in nats: the largest difference of
   * a log-probability at a position to which both came by the same tokens. Of a token that only one
   * of them lists it is known that the other gives it no more than its least likely listed one.
   */
  double difference(Continuation other) {
    double largest = 0;
    int positions = Math.min(likeliest.size(), other.likeliest.size());
    for (int i = 0; i < positions; i++) {
      Map<String, Double> mine = likeliest.get(i);
      Map<String, Double> theirs = other.likeliest.get(i);
      largest = Math.max(largest, Math.max(surplus(mine, theirs), surplus(theirs, mine)));
      if (!tokens.get(i).equals(other.tokens.get(i))) {
        return largest;
      }
    }
    return largest;
  }

  private static double surplus(Map<String, Double> these, Map<String, Double> those) {
    double floor = those.values().stream().mapToDouble(Double::doubleValue).min().orElse(0);
    return these.entrySet().stream()
        .mapToDouble(token -> token.getValue() - those.getOrDefault(token.getKey(), floor))
        .max()
        .orElse(0);
  }
}
