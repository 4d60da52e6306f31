package dev.alluvium.streams.dashboard;

import dev.alluvium.schemas.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files of the page, from inside this program. Only those named here can be asked for. */
final class Assets {
  private static final String FOLDER = "/dashboard/";

  /** Scripts, styles and pages by the path they are asked for. */
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html", "css", "text/css", "js", "text/javascript", "svg", "image/svg+xml");

  /** Everything but the two pages, which are served at addresses of their own. */
  static final List<String> FILES =
      List.of(
          "style.css",
          "main.js",
          "store.js",
          "charts.js",
          "panels.js",
          "tables.js",
          "words.js",
          "login.css",
          "icon.svg",
          "vendor/uPlot.iife.min.js",
          "vendor/uPlot.min.css");

  private final Map<String, File> files = new LinkedHashMap<>();

  /**
   * A file.
   *
   * @param type its media type
   * @param tag changes with its content
   */
  record File(byte[] content, String type, String tag) {}

  Assets() {
    load("index.html");
    load("login.html");
    FILES.forEach(this::load);
  }

  private void load(String name) {
    try (InputStream in = Assets.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalStateException("this build lacks the resource " + FOLDER + name);
      }
      byte[] content = in.readAllBytes();
      String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "text/plain");
      String tag = "\"" + Digests.sha256(content).substring(0, 16) + "\"";
      files.put(name, new File(content, type + "; charset=utf-8", tag));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One of the files. */
  File file(String name) {
    File file = files.get(name);
    if (file == null) {
      throw new IllegalArgumentException("no file of the page: " + name);
    }
    return file;
  }
}
