package dev.alluvium.trainer.config;

import static dev.alluvium.trainer.config.Check.require;

import java.time.Duration;

/**
 * A server that speaks OpenAI's interface.
 *
 * @param baseUrl where it is, {@code /v1} included
 * @param model name it serves its model under
 * @param version our version that this model is, such as {@code v000012}, or {@code base}; empty
 *     when it is not ours
 * @param current file that says which model and version are to be asked; empty when {@code model}
 *     and {@code version} do
 * @param apiKeyFile file that holds the key; empty for none
 * @param apiKeyVariable environment variable that holds the key; empty for none
 * @param timeout longest answer
 * @param retries further attempts after a failure that may pass
 * @param parallel requests at a time
 * @param requestsPerMinute most requests in a minute; 0 for any number
 * @param costPerDay no more is asked on a day (UTC) that has cost this much; 0 for no cap
 * @param promptPrice price of a million prompt tokens, in any currency
 * @param completionPrice price of a million generated tokens, in the same
 * @param breaker when the server is left alone
 */
public record OpenAiSettings(
    String baseUrl,
    String model,
    String version,
    String current,
    String apiKeyFile,
    String apiKeyVariable,
    Duration timeout,
    int retries,
    int parallel,
    int requestsPerMinute,
    double costPerDay,
    double promptPrice,
    double completionPrice,
    BreakerSettings breaker) {

  /** Checks every value. */
  public OpenAiSettings {
    require(
        baseUrl.isBlank() || baseUrl.startsWith("http://") || baseUrl.startsWith("https://"),
        "generate.openai.baseUrl is %s: expected a URL that begins with http:// or https://",
        baseUrl);
    require(
        version.isEmpty() || version.equals("base") || version.matches("v\\d{6,}"),
        "generate.openai.version is %s: expected a version such as v000012, base, or nothing",
        version);
    require(
        current.isEmpty() || (model.isEmpty() && version.isEmpty()),
        "generate.openai.current is %s: expected no generate.openai.model and version beside it, because the file names them",
        current);
    require(
        apiKeyFile.isEmpty() || apiKeyVariable.isEmpty(),
        "generate.openai.apiKeyFile and generate.openai.apiKeyVariable are both set: expected one key");
    require(
        timeout.toMillis() >= 100,
        "generate.openai.timeout is %s: expected 100ms or more",
        timeout);
    require(
        retries >= 0 && retries <= 20, "generate.openai.retries is %d: expected 0 to 20", retries);
    require(
        parallel >= 1 && parallel <= 256,
        "generate.openai.parallel is %d: expected 1 to 256",
        parallel);
    require(
        requestsPerMinute >= 0,
        "generate.openai.requestsPerMinute is %d: expected 0 (no limit) or more",
        requestsPerMinute);
    notNegative("costPerDay", costPerDay);
    notNegative("promptPrice", promptPrice);
    notNegative("completionPrice", completionPrice);
    require(
        costPerDay == 0 || promptPrice + completionPrice > 0,
        "generate.openai.costPerDay is %s, but both prices are 0: set generate.openai.promptPrice and completionPrice",
        costPerDay);
  }

  private static void notNegative(String key, double value) {
    require(
        value >= 0 && Double.isFinite(value),
        "generate.openai.%s is %s: expected 0 or more",
        key,
        value);
  }

  /**
   * When the server is left alone.
   *
   * @param failures failed attempts in a row that open the breaker
   * @param pause how long nothing is asked then
   */
  public record BreakerSettings(int failures, Duration pause) {
    /** Checks every value. */
    public BreakerSettings {
      require(
          failures >= 1, "generate.openai.breaker.failures is %d: expected 1 or more", failures);
      require(
          pause.toMillis() >= 10,
          "generate.openai.breaker.pause is %s: expected 10ms or more",
          pause);
    }
  }
}
