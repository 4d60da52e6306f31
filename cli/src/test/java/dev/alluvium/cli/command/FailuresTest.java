package dev.alluvium.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class FailuresTest {
  @Test
  void aFaultInJsonIsToldOnceInOneLineWithItsPlace() {
    Throwable fault = catchThrowable(() -> JsonMapper.builder().build().readTree("[1,\n  oops]"));

    String told =
        Failures.message(
            new CommandFailure("a.json cannot be read as JSON: " + fault.getMessage(), fault));

    assertThat(told)
        .startsWith("a.json cannot be read as JSON: Unrecognized token 'oops'")
        .endsWith(" (line 2, column 7)")
        .doesNotContain("\n", "Source", "JsonParseException");
  }

  @Test
  void aCauseThatIsToldIsNotToldAgainUnderItsName() {
    FileNotFoundException cause = new FileNotFoundException("a.json (No such file)");

    assertThat(
            Failures.message(new UncheckedIOException("cannot read " + cause.getMessage(), cause)))
        .isEqualTo("UncheckedIOException: cannot read a.json (No such file)");
    assertThat(Failures.message(new IllegalStateException("cannot go on", cause)))
        .isEqualTo(
            "IllegalStateException: cannot go on: FileNotFoundException: a.json (No such file)");
  }
}
