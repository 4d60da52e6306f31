package dev.alluvium.streams.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who can reach the dashboard is decided when the settings are read. */
class DashboardSettingsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "::",
        "192.168.1.7",
        "example.org",
        "localhost.example.org",
        "127.0.0.1.example"
      })
  void anAddressOthersCanReachNeedsAToken(String host) {
    assertThatThrownBy(() -> settings(true, host, 7800, 24, "", ""))
        .hasMessage(
            "dashboard.host is "
                + host
                + ", which others can reach, and there is no token: set dashboard.tokenFile or"
                + " dashboard.tokenVariable, or leave dashboard.host at localhost");
    assertThat(settings(true, host, 7800, 24, "file", "").host()).isEqualTo(host);
    assertThat(settings(true, host, 7800, 24, "", "VARIABLE").host()).isEqualTo(host);
    assertThat(settings(false, host, 7800, 24, "", "").enabled()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1", "127.9.9.9", "::1"})
  void thisMachineNeedsNone(String host) {
    assertThat(settings(true, host, 0, 24, "", "").host()).isEqualTo(host);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "' ' | 1 | 24 | '' | '' | dashboard.host is empty: expected a value",
        "localhost | -1 | 24 | '' | '' | dashboard.port is -1: expected 0 to 65535",
        "localhost | 65536 | 24 | '' | '' | dashboard.port is 65536: expected 0 to 65535",
        "localhost | 1 | 0 | '' | '' | dashboard.history is PT0S: expected PT1H to PT2160H",
        "localhost | 1 | 2161 | '' | '' | dashboard.history is PT2161H: expected PT1H to PT2160H",
        "localhost | 1 | 24 | f | v | dashboard.tokenFile and dashboard.tokenVariable are both set: expected one token",
      })
  void aWrongValueIsRefusedByName(
      String host, int port, int hours, String file, String variable, String message) {
    assertThatThrownBy(() -> settings(true, host, port, hours, file, variable)).hasMessage(message);
  }

  @Test
  void defaultsAreForThisMachineOnly() {
    assertThat(DashboardSettings.defaults())
        .isEqualTo(settings(true, "localhost", 7800, 24, "", ""));
  }

  private static DashboardSettings settings(
      boolean enabled, String host, int port, int hours, String file, String variable) {
    return new DashboardSettings(enabled, host, port, Duration.ofHours(hours), file, variable);
  }
}
