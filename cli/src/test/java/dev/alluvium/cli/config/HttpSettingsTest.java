package dev.alluvium.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.streams.config.Listening;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who can reach metrics and health of a service is decided when the settings are read. */
class HttpSettingsTest {
  @Test
  void anOpenAddressNeedsATokenWhereAnythingIsServed() {
    assertThatThrownBy(() -> settings("0.0.0.0", 7801, "", 900))
        .hasMessage(
            "http.host is 0.0.0.0, which others can reach, and there is no token: set"
                + " http.tokenFile or http.tokenVariable, or leave http.host at localhost");
    assertThat(settings("0.0.0.0", 7801, "TOKEN", 900).listening()).isPresent();
    assertThat(settings("0.0.0.0", 0, "", 900).listening()).isEmpty();
    assertThat(settings("0.0.0.0", 7801, "TOKEN", 900).listening())
        .hasValue(new Listening("http", "0.0.0.0", 7801, "", "TOKEN"));
  }

  @Test
  void aBoundThatEveryStepWouldTripIsRefused() {
    assertThatThrownBy(() -> settings("localhost", 0, "", 0))
        .hasMessage("http.stalledAfter is PT0S: expected 1s or more");
  }

  private static HttpSettings settings(String host, int port, String variable, long stalled) {
    return new HttpSettings(host, port, "", variable, Duration.ofSeconds(stalled));
  }
}
