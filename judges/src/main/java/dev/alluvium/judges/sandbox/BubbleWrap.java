package dev.alluvium.judges.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes the command line that confines a program: bubblewrap for what it can see, prlimit for what
 * it can use.
 *
 * <p>New namespaces for users, processes, network, mounts, IPC and host name; no variables; {@code
 * /usr} read-only; a small {@code /tmp} in memory; everything else absent. The root is remounted
 * read-only, because bubblewrap leaves its private root writable.
 */
final class BubbleWrap {
  /** An id that owns nothing, for callers that are root. */
  private static final String NOBODY = "65534";

  private static final List<String> SYSTEM_LINKS = List.of("bin", "sbin", "lib", "lib32", "lib64");
  private static final List<String> HOMES = List.of("/usr/bin", "/bin", "/usr/local/bin");

  private final Path bwrap;
  private final Path prlimit;
  private final List<String> identity;

  private BubbleWrap(Path bwrap, Path prlimit, List<String> identity) {
    this.bwrap = bwrap;
    this.prlimit = prlimit;
    this.identity = identity;
  }

  /**
   * Finds the programs.
   *
   * @throws SandboxUnavailableException when one is missing
   */
  static BubbleWrap find() {
    // The kernel does not count the processes of root, so root becomes nobody first; inside a user
    // namespace it would still be root to the kernel.
    boolean root = "root".equals(System.getProperty("user.name"));
    List<String> identity =
        root
            ? List.of(
                program("setpriv", "util-linux").toString(),
                "--reuid",
                NOBODY,
                "--regid",
                NOBODY,
                "--clear-groups",
                "--")
            : List.of();
    return new BubbleWrap(
        program("bwrap", "bubblewrap"), program("prlimit", "util-linux"), identity);
  }

  private static Path program(String name, String packageName) {
    return HOMES.stream()
        .map(home -> Path.of(home, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new SandboxUnavailableException(
                    "%s is not in %s: install the package %s"
                        .formatted(name, String.join(", ", HOMES), packageName)));
  }

  /**
   * The whole command line.
   *
   * @param program program and arguments, as seen from inside
   * @param readable files and directories outside {@code /usr} it may read
   */
  List<String> command(List<String> program, List<Path> readable, SandboxLimits limits) {
    List<String> line = new ArrayList<>(identity);
    line.addAll(List.of(bwrap.toString(), "--unshare-all", "--unshare-user", "--disable-userns"));
    line.addAll(List.of("--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"));
    environment().forEach((name, value) -> line.addAll(List.of("--setenv", name, value)));
    line.addAll(List.of("--ro-bind", "/usr", "/usr"));
    for (String link : SYSTEM_LINKS) {
      if (Files.isSymbolicLink(Path.of("/", link))) {
        line.addAll(List.of("--symlink", "usr/" + link, "/" + link));
      } else if (Files.isDirectory(Path.of("/", link))) {
        line.addAll(List.of("--ro-bind", "/" + link, "/" + link));
      }
    }
    for (Path path : readable) {
      line.addAll(List.of("--ro-bind-try", path.toString(), path.toString()));
    }
    line.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
    line.addAll(List.of("--size", Long.toString(limits.fileBytes()), "--tmpfs", "/tmp"));
    line.addAll(List.of("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp", "--"));
    long cpu = limits.cpu().toSeconds();
    line.addAll(
        List.of(
            prlimit.toString(),
            "--as=" + limits.addressSpace(),
            "--cpu=%d:%d".formatted(cpu, cpu + 1),
            "--nproc=" + limits.processes(),
            "--fsize=" + limits.fileBytes(),
            "--nofile=256",
            "--core=0",
            "--"));
    line.addAll(program);
    return line;
  }

  /** The same hash seed every time, so that a program's verdict does not depend on luck. */
  private static Map<String, String> environment() {
    return Map.of(
        "PATH", "/usr/bin:/bin", "LANG", "C.UTF-8", "HOME", "/tmp", "PYTHONHASHSEED", "0");
  }
}
