package dev.alluvium.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.config.PublishSettings;
import dev.alluvium.cli.config.SettingsLoader;
import dev.alluvium.cli.testing.Cli;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command and its settings refuse, and the pauses between trials. */
class PublishCommandTest {
  @Test
  void aCommandWithoutServersOrWithAnUnusableKeyIsRefused() {
    assertThat(Cli.run("publish"))
        .satisfies(
            result -> {
              assertThat(result.exitCode()).isEqualTo(ExitCodes.USAGE);
              assertThat(result.err()).contains("publish.servers is empty");
            });
    assertThat(Cli.run("publish", "--json"))
        .satisfies(
            result -> {
              assertThat(result.exitCode()).isEqualTo(ExitCodes.USAGE);
              assertThat(result.err()).contains("--json needs --once");
            });
    assertThat(
            Cli.run(
                "publish",
                "--set",
                "publish.servers=http://a/v1",
                "--set",
                "publish.apiKeyVariable=NO_KEY"))
        .satisfies(
            result -> {
              assertThat(result.exitCode()).isEqualTo(ExitCodes.USAGE);
              assertThat(result.err()).contains("publish.apiKeyVariable: NO_KEY holds no key");
            });
  }

  @Test
  void aKeyFileThatIsNotThereIsNamed() {
    assertThat(
            Cli.run(
                "publish",
                "--set",
                "publish.servers=http://a/v1",
                "--set",
                "publish.apiKeyFile=/no/such/file"))
        .satisfies(
            result -> {
              assertThat(result.exitCode()).isEqualTo(ExitCodes.FAILED);
              assertThat(result.err()).contains("publish.apiKeyFile: /no/such/file cannot be read");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "publish.servers | gpu-1:8000/v1 | publish.servers: gpu-1:8000/v1: expected URLs",
        "publish.servers | http://gpu-1:8000 | publish.servers: http://gpu-1:8000: expected URLs",
        "publish.servers | http://a/v1,http://a/v1/ | expected each server once",
        "publish.prefix | a/b | publish.prefix is 'a/b'",
        "publish.storeOnServer | mnt | publish.storeOnServer is mnt: expected an absolute path",
        "publish.canary | '' | publish.canary is empty",
        "publish.leastDifference | 0 | publish.leastDifference is 0.0: expected more than 0",
        "publish.every | 1ms | publish.every is PT0.001S: expected 10ms or more",
        "publish.timeout | 1ms | publish.timeout is PT0.001S: expected 100ms or more",
        "publish.drain | soon | publish.drain is 'soon'",
        "publish.keep | -1 | publish.keep is -1: expected 0 to 100",
        "publish.attempts | 0 | publish.attempts is 0: expected 1 to 100",
      })
  void aBadSettingIsNamedWithWhatIsExpected(String key, String value, String message) {
    assertThatThrownBy(() -> settings(Map.of(key, value))).hasMessageContaining(message);
  }

  @Test
  void oneKeyIsEnough() {
    assertThatThrownBy(
            () -> settings(Map.of("publish.apiKeyFile", "a", "publish.apiKeyVariable", "B")))
        .hasMessageContaining("are both set");
  }

  @Test
  void serversAreSeparatedByCommas() {
    assertThat(settings(Map.of("publish.servers", "http://a/v1, https://b:1/x/v1/,")).urls())
        .containsExactly("http://a/v1", "https://b:1/x/v1");
  }

  @Test
  void pausesGrowUpToTheLongestAndBeginAnewAfterASuccess() {
    Trial trial = new Trial(Duration.ofMillis(100), Duration.ofMillis(250));
    assertThat(trial.isWaiting()).isFalse();
    for (int failure = 1; failure <= 40; failure++) {
      trial.failed("no");
    }
    LockSupport.parkNanos(Duration.ofMillis(150).toNanos());
    assertThat(trial.isWaiting()).as("after 150 of 250 ms").isTrue();
    LockSupport.parkNanos(Duration.ofMillis(150).toNanos());
    assertThat(trial.isWaiting()).as("after 300 of 250 ms").isFalse();

    trial.succeeded();
    assertThat(trial.error()).isEmpty();
    trial.failed("no");
    LockSupport.parkNanos(Duration.ofMillis(150).toNanos());
    assertThat(trial.isWaiting()).as("after 150 of 100 ms").isFalse();
  }

  private static PublishSettings settings(Map<String, String> values) {
    return new SettingsLoader(Map.of()).load(Optional.empty(), values).settings().publish();
  }
}
