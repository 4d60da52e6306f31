package dev.alluvium.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.cli.testing.JavaCommand;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What is printed and cannot be written is not done. */
class StdoutIT {
  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskIsAFailure() throws Exception {
    List<String> line = new ArrayList<>(JavaCommand.start());
    line.addAll(List.of("config", "print"));
    Process process = new ProcessBuilder(line).redirectOutput(new File("/dev/full")).start();
    String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isEqualTo(ExitCodes.FAILED);
    assertThat(err).contains("alluvium: stdout could not be written");
  }
}
