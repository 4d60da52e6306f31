package dev.alluvium.streams.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.Turn;
import dev.alluvium.schemas.pair.RegisteredSchemas;
import dev.alluvium.streams.MovableClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistriesTest {
  private record Answer(int status, String body) {}

  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final HttpServer server = started();

  private static HttpServer started() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeEach
  void start() {
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          asked.add(path);
          String authorization = exchange.getRequestHeaders().getFirst("Authorization");
          authorizations.add(String.valueOf(authorization));
          Answer answer = answers.getOrDefault(path, new Answer(404, "{\"error_code\":40403}"));
          byte[] body = answer.body().getBytes(UTF_8);
          exchange.sendResponseHeaders(answer.status(), body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String url(String user) {
    return "http://%s127.0.0.1:%d/registry".formatted(user, server.getAddress().getPort());
  }

  private void register(int id, Schema schema) {
    String body = new JsonMapper().createObjectNode().put("schema", schema.toString()).toString();
    answers.put("/registry/schemas/ids/" + id, new Answer(200, body));
  }

  @Test
  void asksARegistryOncePerSchema() {
    register(7, Pair.SCHEMA$);
    RegisteredSchemas registry = Registries.open(url(""));
    assertThat(registry.byId(7)).contains(Pair.SCHEMA$);
    assertThat(registry.byId(7)).contains(Pair.SCHEMA$);
    assertThat(asked).containsExactly("/registry/schemas/ids/7");
    assertThat(authorizations).containsExactly("null");
  }

  @Test
  void saysNothingOfAnUnknownIdOrAnotherKindOfSchema() {
    answers.put(
        "/registry/schemas/ids/9", new Answer(200, "{\"schemaType\":\"JSON\",\"schema\":\"{}\"}"));
    RegisteredSchemas registry = Registries.open(url(""));
    assertThat(registry.byId(8)).isEmpty();
    assertThat(registry.byId(9)).isEmpty();
  }

  @Test
  void sendsTheUserOfTheUrlAndNeverShowsThePassword() {
    register(7, Pair.SCHEMA$);
    RegisteredSchemas registry = Registries.open(url("kim:secret@"));
    assertThat(registry.byId(7)).isPresent();
    // Base64 of kim:secret.
    assertThat(authorizations).containsExactly("Basic a2ltOnNlY3JldA==");
    assertThat(registry.toString()).doesNotContain("secret").contains("127.0.0.1");
  }

  @Test
  void failsWithoutAnAnswerAfterTwoAttempts() {
    answers.put("/registry/schemas/ids/7", new Answer(500, "down"));
    RegisteredSchemas registry = Registries.open(url(""));
    assertThatThrownBy(() -> registry.byId(7))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("answered 500: expected 200 or 404");
    assertThat(asked).hasSize(2);
    answers.put("/registry/schemas/ids/7", new Answer(200, "no json"));
    assertThatThrownBy(() -> registry.byId(7)).isInstanceOf(RegistryUnavailableException.class);
  }

  @Test
  void readsADirectoryOfSchemas(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("3.avsc"), Pair.SCHEMA$.toString());
    Files.writeString(directory.resolve("4.avsc"), "{");
    RegisteredSchemas registry = Registries.open(directory.toString());
    assertThat(registry.byId(3)).contains(Pair.SCHEMA$);
    assertThat(registry.byId(5)).isEmpty();
    assertThatThrownBy(() -> registry.byId(4)).hasMessageContaining("4.avsc");
  }

  @Test
  void refusesAPlaceThatIsNoRegistry() {
    assertThatThrownBy(() -> Registries.open("nowhere/at/all"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "curate.registry is 'nowhere/at/all': expected http://, https:// or an existing directory");
  }

  @Test
  void emptyMeansTheBuiltInSchema() {
    assertThat(Registries.open(" ").byId(123)).contains(Pair.SCHEMA$);
  }

  @Test
  void believesThatAnIdIsUnknownForAShortWhileAndKeepsABoundedNumber() {
    List<Integer> calls = new ArrayList<>();
    MovableClock clock = new MovableClock();
    CachedSchemas cached =
        new CachedSchemas(
            id -> {
              calls.add(id);
              return id < 0 ? Optional.empty() : Optional.of(Turn.SCHEMA$);
            },
            clock);
    cached.byId(-1);
    cached.byId(-1);
    assertThat(calls).containsExactly(-1);
    clock.move(CachedSchemas.UNKNOWN_FOR);
    cached.byId(-1);
    assertThat(calls).containsExactly(-1, -1);
    for (int id = 0; id <= CachedSchemas.ENTRIES; id++) {
      cached.byId(id);
    }
    calls.clear();
    cached.byId(CachedSchemas.ENTRIES);
    assertThat(calls).isEmpty();
    cached.byId(0);
    assertThat(calls).containsExactly(0);
  }
}
