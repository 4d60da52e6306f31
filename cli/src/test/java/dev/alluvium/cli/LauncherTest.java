package dev.alluvium.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script, run from a copy of the repository's layout with stand-ins for its tools. */
class LauncherTest {
  private static final Path LAUNCHER = Path.of("../alluvium").toAbsolutePath().normalize();

  @TempDir private Path directory;
  private Path home;
  private Path tools;

  private record Result(int exitCode, String output) {}

  @BeforeEach
  void layOut() throws IOException {
    home = Files.createDirectory(directory.resolve("a path with spaces"));
    tools = Files.createDirectory(directory.resolve("tools"));
    Files.copy(LAUNCHER, home.resolve("alluvium"));
    executable(home.resolve("alluvium"));
    Files.writeString(home.resolve("pom.xml"), "<project/>");
    for (String module : List.of("schemas", "streams-app", "trainer-consumer", "cli")) {
      Files.createDirectories(home.resolve(module).resolve("src/main"));
      Files.writeString(home.resolve(module).resolve("pom.xml"), "<project/>");
    }
    tool("javac", "exit 0");
    tool(
        "java",
        "case \"$*\" in *-XshowSettings*) echo '    java.specification.version = 17' >&2 ;;"
            + " *) printf '<%s>' \"$@\"; echo ;; esac");
    tool(
        "mvn",
        "case \"$*\" in *-version*) echo 'Apache Maven 3.8.7' ;; *) echo \"built $*\";"
            + " mkdir -p cli/target; cd \"$(dirname \"$3\")\"; mkdir -p cli/target;"
            + " echo x.jar >cli/target/classpath.txt; : >cli/target/cli-0.1.0-SNAPSHOT.jar ;; esac");
  }

  @Test
  void isValidBash() throws Exception {
    assertThat(run(directory, Map.of(), "bash", "-n", LAUNCHER.toString()).exitCode()).isZero();
  }

  @Test
  void buildsOnFirstUseOnly() throws Exception {
    Result first = launch(Map.of(), "--help");
    Result second = launch(Map.of(), "--help");

    assertThat(first.exitCode()).isZero();
    assertThat(first.output()).contains("alluvium: building").contains("<--help>");
    assertThat(second.output()).doesNotContain("building").contains("<--help>");
  }

  @Test
  void buildsAgainWhenASourceIsNewer() throws Exception {
    launch(Map.of(), "--help");
    Path source = Files.writeString(home.resolve("schemas/src/main/New.java"), "");
    Files.setLastModifiedTime(source, FileTime.fromMillis(System.currentTimeMillis() + 5_000));

    assertThat(launch(Map.of(), "--help").output()).contains("alluvium: building");
  }

  @Test
  void buildsAgainWhenTheRepositoryMoved() throws Exception {
    launch(Map.of(), "--help");
    Path moved = Files.move(home, directory.resolve("moved"));
    home = moved;

    assertThat(launch(Map.of(), "--help").output()).contains("alluvium: building");
  }

  @Test
  void keepsArgumentsWholeAndPassesJavaOptions() throws Exception {
    Result result =
        launch(Map.of("ALLUVIUM_JAVA_OPTS", "-Xmx1g -Da=b"), "produce", "a b.jsonl", "");

    assertThat(result.output())
        .contains("<-Xmx1g><-Da=b>")
        .contains("<dev.alluvium.cli.Alluvium><produce><a b.jsonl><>")
        .contains("<-Dalluvium.home=" + home + ">");
  }

  @Test
  void worksThroughASymbolicLink() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), home.resolve("alluvium"));

    Result result = run(directory, Map.of(), link.toString(), "--help");

    assertThat(result.exitCode()).isZero();
    assertThat(result.output()).contains("<-Dalluvium.home=" + home + ">");
  }

  @Test
  void refusesAnOldJava() throws Exception {
    tool("java", "echo '    java.specification.version = 11' >&2");

    Result result = launch(Map.of(), "--help");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output()).contains("is Java 11: expected 17 or newer");
  }

  @Test
  void refusesAnOldMaven() throws Exception {
    tool("mvn", "echo 'Apache Maven 3.6.3'");

    Result result = launch(Map.of(), "--help");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output()).contains("Maven is 3.6.3: expected 3.8.6 or newer");
  }

  @Test
  void showsTheLogOfABuildThatFails() throws Exception {
    tool(
        "mvn",
        "case \"$*\" in *-version*) echo 'Apache Maven 3.8.7' ;; *) echo 'no such symbol'; exit 1 ;; esac");

    Result result = launch(Map.of(), "--help");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output()).contains("no such symbol").contains("the build failed");
  }

  private Result launch(Map<String, String> environment, String... args) throws Exception {
    String[] line = new String[args.length + 1];
    line[0] = home.resolve("alluvium").toString();
    System.arraycopy(args, 0, line, 1, args.length);
    return run(directory, environment, line);
  }

  private Result run(Path where, Map<String, String> environment, String... line)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(line).directory(where.toFile());
    builder.environment().remove("JAVA_HOME");
    builder.environment().remove("ALLUVIUM_JAVA_OPTS");
    builder.environment().put("PATH", tools + ":/usr/bin:/bin");
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Result(process.waitFor(), output);
  }

  private void tool(String name, String script) throws IOException {
    Path tool = tools.resolve(name);
    Files.writeString(tool, "#!/usr/bin/env bash\n" + script + "\n");
    executable(tool);
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
