package dev.alluvium.schemas.serde;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.message.SchemaStore;

/**
 * Every schema a released process ever wrote with, bundled with this build. The file {@code
 * schema-history/index.txt} lists them, one resource name a line.
 */
public final class SchemaHistory {
  private static final String FOLDER = "/schema-history/";

  private SchemaHistory() {}

  /** All schemas, oldest first within a record. */
  public static List<Schema> all() {
    List<Schema> schemas = new ArrayList<>();
    for (String name : text("index.txt").lines().toList()) {
      schemas.add(new Schema.Parser().parse(text(name)));
    }
    return List.copyOf(schemas);
  }

  /** A store that knows the bundled schemas and nothing else. */
  public static SchemaStore.Cache store() {
    SchemaStore.Cache cache = new SchemaStore.Cache();
    all().forEach(cache::addSchema);
    return cache;
  }

  /** The fingerprint that stands in front of a record, as 16 hexadecimal digits. */
  public static String fingerprint(Schema schema) {
    return "%016x".formatted(SchemaNormalization.parsingFingerprint64(schema));
  }

  private static String text(String name) {
    try (InputStream in = SchemaHistory.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalStateException("this build lacks the resource " + FOLDER + name);
      }
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, UTF_8));
      return String.join("\n", reader.lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
