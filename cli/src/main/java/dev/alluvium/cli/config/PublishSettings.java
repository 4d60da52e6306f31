package dev.alluvium.cli.config;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * How versions are handed to servers of vLLM.
 *
 * @param servers where they are, {@code /v1} included, separated by commas; empty for none
 * @param prefix what the names of our versions begin with on every server
 * @param storeOnServer directory under which servers see {@code train.store}; empty when it is the
 *     same
 * @param current file that says what answers; empty for {@code current.json} beside the versions
 * @param canary text that a version must answer otherwise than the base model
 * @param leastDifference difference of log-probabilities, in nats, that counts as otherwise
 * @param every time between two looks at models.v1 and the servers
 * @param timeout longest wait for an answer of a server
 * @param drain how long a version stays loaded after another took its place
 * @param keep older versions that stay loaded after that
 * @param attempts trials of a version on a server before it is given up
 * @param apiKeyFile file that holds the key; empty for none
 * @param apiKeyVariable environment variable that holds the key; empty for none
 */
public record PublishSettings(
    String servers,
    String prefix,
    String storeOnServer,
    String current,
    String canary,
    double leastDifference,
    Duration every,
    Duration timeout,
    Duration drain,
    int keep,
    int attempts,
    String apiKeyFile,
    String apiKeyVariable) {

  private static final String SERVERS =
      "publish.servers: %s: expected URLs that begin with http:// or https:// and end with /v1, separated by commas";

  /** Checks every value. */
  public PublishSettings {
    List<String> urls = split(servers);
    urls.forEach(url -> require(isUrl(url), SERVERS, url));
    require(
        urls.stream().distinct().count() == urls.size(),
        "publish.servers is %s: expected each server once",
        servers);
    require(
        prefix.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
        "publish.prefix is '%s': expected 1 to 64 letters, digits, dots, underscores and hyphens, a letter or digit first",
        prefix);
    require(
        storeOnServer.isEmpty() || storeOnServer.startsWith("/"),
        "publish.storeOnServer is %s: expected an absolute path, or nothing",
        storeOnServer);
    require(!canary.isBlank(), "publish.canary is empty: expected a text that a model can go on");
    require(
        leastDifference > 0 && Double.isFinite(leastDifference),
        "publish.leastDifference is %s: expected more than 0",
        leastDifference);
    require(every.toMillis() >= 10, "publish.every is %s: expected 10ms or more", every);
    require(timeout.toMillis() >= 100, "publish.timeout is %s: expected 100ms or more", timeout);
    require(keep >= 0 && keep <= 100, "publish.keep is %d: expected 0 to 100 older versions", keep);
    require(
        attempts >= 1 && attempts <= 100, "publish.attempts is %d: expected 1 to 100", attempts);
    require(
        apiKeyFile.isEmpty() || apiKeyVariable.isEmpty(),
        "publish.apiKeyFile and publish.apiKeyVariable are both set: expected one key");
  }

  /** The servers, one by one, without a slash at the end. */
  public List<String> urls() {
    return split(servers);
  }

  private static void require(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(message.formatted(values));
    }
  }

  private static List<String> split(String servers) {
    return Arrays.stream(servers.split(",", -1))
        .map(url -> url.strip().replaceAll("/+$", ""))
        .filter(url -> !url.isEmpty())
        .toList();
  }

  private static boolean isUrl(String url) {
    try {
      URI uri = URI.create(url);
      return List.of("http", "https").contains(String.valueOf(uri.getScheme()))
          && uri.getHost() != null
          && uri.getPath().endsWith("/v1");
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
