package dev.alluvium.streams.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.streams.config.S3ftSettings.Mode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3ftSettingsTest {
  private static S3ftSettings with(
      String mode, String whenBusy, int inFlight, int attempts, double share, String teacher) {
    return new S3ftSettings(
        mode,
        whenBusy,
        inFlight,
        16,
        Duration.ofSeconds(1),
        attempts,
        10,
        0,
        1,
        share,
        teacher,
        " p ");
  }

  @ParameterizedTest
  @CsvSource({"s3ft,S3FT", "SDFT,SDFT", "self-only,SELF_ONLY", "off,OFF"})
  void readsTheMode(String mode, Mode read) {
    assertThat(with(mode, "wait", 1, 1, 0, "refuse").chosenMode()).isEqualTo(read);
  }

  @Test
  void readsTheOtherWords() {
    assertThat(with("s3ft", "wait", 1, 1, 0, "refuse").waitsWhenBusy()).isTrue();
    assertThat(with("s3ft", "gold", 1, 1, 0, "refuse").waitsWhenBusy()).isFalse();
    assertThat(with("s3ft", "gold", 1, 1, 0, "allow").allowsTeacher()).isTrue();
    assertThat(with("s3ft", "gold", 1, 1, 0, "refuse").allowsTeacher()).isFalse();
    assertThat(with("s3ft", "gold", 1, 1, 0, "refuse").prompts()).isEqualTo("p");
    assertThat(S3ftSettings.defaults().chosenMode()).isEqualTo(Mode.S3FT);
    assertThat(S3ftSettings.off().chosenMode()).isEqualTo(Mode.OFF);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          on | wait | 1 | 1 | 0 | refuse | s3ft.mode is 'on': expected one of [s3ft, sdft, self-only, off]
          s3ft | later | 1 | 1 | 0 | refuse | s3ft.whenBusy is 'later': expected one of [wait, gold]
          s3ft | wait | 0 | 1 | 0 | refuse | s3ft.maxInFlight is 0: expected 1 to 10000
          s3ft | wait | 1 | 11 | 0 | refuse | s3ft.attempts is 11: expected 1 to 10
          s3ft | wait | 1 | 1 | 1.5 | refuse | s3ft.scored is 1.5: expected 0 to 1
          s3ft | wait | 1 | 1 | 0 | maybe | s3ft.teacher is 'maybe': expected one of [refuse, allow]
          """)
  void refusesWithKeyValueAndBound(
      String mode,
      String whenBusy,
      int inFlight,
      int attempts,
      double share,
      String teacher,
      String message) {
    assertThatThrownBy(() -> with(mode, whenBusy, inFlight, attempts, share, teacher))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
