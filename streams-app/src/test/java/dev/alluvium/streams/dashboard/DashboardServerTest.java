package dev.alluvium.streams.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.alluvium.streams.config.DashboardSettings;
import dev.alluvium.streams.dashboard.history.Flow;
import dev.alluvium.streams.dashboard.history.History;
import dev.alluvium.streams.http.HttpServer;
import dev.alluvium.streams.runtime.ApplicationState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real server, asked over HTTP. */
class DashboardServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOKEN = "a token that nobody guesses";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Instant NOW = Instant.now();

  private final HttpClient client = HttpClient.newHttpClient();
  private final History history = new History(Duration.ofDays(1));
  private final Map<String, ApplicationState> states =
      new TreeMap<>(Map.of("alluvium-curate", ApplicationState.of(State.RUNNING)));
  private final Flow flow = new Flow(List.of("math", "code"), 100);
  private Dashboard dashboard = serve("localhost", false);

  @AfterEach
  void stop() {
    dashboard.close();
  }

  @Test
  void everyFileOfThePageIsThereWithItsTypeAndNothingElseIs() throws Exception {
    assertThat(get("/").headers().firstValue("Content-Type")).hasValue("text/html;charset=utf-8");
    for (String file : Assets.FILES) {
      assertThat(get("/" + file).statusCode()).as(file).isEqualTo(200);
    }
    assertThat(get("/vendor/uPlot.iife.min.js").body()).contains("uPlot (v1.6.32)");
    for (String path :
        List.of("/index.html", "/vendor", "/vendor/", "/../logback.xml", "/x", "/api")) {
      assertThat(get(path).statusCode()).as(path).isIn(400, 404);
    }
  }

  @Test
  void aFileThatIsKnownIsNotSentAgain() throws Exception {
    String tag = get("/main.js").headers().firstValue("ETag").orElseThrow();

    HttpResponse<String> again = get("/main.js", "If-None-Match", tag);

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/main.js", "/api/history", "/metrics", "/health/live", "/nothing"})
  void everyAnswerCarriesThePolicy(String path) throws Exception {
    var headers = get(path).headers();

    assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self'", "connect-src 'self'")
        .contains("require-trusted-types-for 'script'")
        .doesNotContain("unsafe", "http:", "https:", "*");
    assertThat(headers.firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(headers.firstValue("Server")).isEmpty();
  }

  @Test
  void thePageNamesNothingFromOutsideAndHasNoCodeInIt() throws Exception {
    for (String path : List.of("/", "/login")) {
      assertThat(get(path).body())
          .doesNotContain("http://", "https://", "//cdn", "<style", "style=", "onclick")
          .doesNotContainPattern("<script[^>]*>[^<]");
    }
    for (String file : Assets.FILES) {
      if (file.endsWith(".js") && !file.startsWith("vendor")) {
        assertThat(get("/" + file).body())
            .as(file)
            .doesNotContain(
                "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(");
      }
    }
  }

  @Test
  void theHistoryIsJsonAndCompressedWhenAsked() throws Exception {
    flow.fill(history, 100, NOW);

    JsonNode json = JSON.readTree(get("/api/history").body());
    HttpResponse<byte[]> packed =
        client.send(
            request("/api/history").header("Accept-Encoding", "gzip").build(),
            BodyHandlers.ofByteArray());

    assertThat(json.at("/trained/windows").asInt()).isEqualTo(98);
    assertThat(packed.headers().firstValue("Content-Encoding")).hasValue("gzip");
  }

  @Test
  void aPageThatFollowsIsToldWhatIsNewSoonAndOnlyThat() throws Exception {
    flow.fill(history, 50, NOW);
    History.News known = history.everything();
    String path = "/api/events?known=" + known.epoch() + "/" + known.change();
    try (Stream stream = new Stream(path)) {
      flow.more(history, NOW.plusSeconds(1));

      JsonNode first = stream.next();
      flow.more(history, NOW.plusSeconds(2));
      JsonNode second = stream.next();

      assertThat(first.get("everything").asBoolean()).isFalse();
      assertThat(first.at("/buckets/recent/rows")).hasSize(1);
      assertThat(second.at("/buckets/recent/rows")).hasSize(1);
      assertThat(second.at("/trained/window").asInt()).isEqualTo(50);
    }
  }

  @Test
  void aPageThatKnowsAnotherHistoryIsToldEverything() throws Exception {
    flow.fill(history, 10, NOW);
    try (Stream stream = new Stream("/api/events?known=elsewhere/5")) {
      assertThat(stream.next().get("everything").asBoolean()).isTrue();
    }
  }

  @Test
  void moreThanSoManyPagesAreAskedToComeBack() throws Exception {
    List<Stream> streams = new ArrayList<>();
    try {
      for (int i = 0; i < Events.MOST; i++) {
        streams.add(new Stream("/api/events"));
      }
      for (Stream stream : streams) {
        assertThat(stream.next().get("everything").asBoolean()).isTrue();
      }
      streams.add(new Stream("/api/events"));

      assertThat(streams.get(Events.MOST).line("data:")).contains("too many pages are open");
    } finally {
      for (Stream stream : streams) {
        stream.close();
      }
    }
  }

  @Test
  void metricsOfTheProcessAndOursAreServed() throws Exception {
    flow.fill(history, 10, NOW);

    HttpResponse<String> metrics = get("/metrics");

    assertThat(metrics.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/plain; version=0.0.4");
    assertThat(metrics.body())
        .contains("alluvium_trained_total{namespace=\"team\",process=\"streams\"} 512.0")
        .contains("alluvium_ready{namespace=\"team\",process=\"streams\"} 1.0")
        .contains("jvm_memory_used_bytes", "process_uptime_seconds", "system_cpu_count", "jvm_gc");
  }

  @ParameterizedTest
  @CsvSource({
    "CREATED,200,503", "REBALANCING,200,503", "RUNNING,200,200", "PENDING_SHUTDOWN,200,503",
    "PENDING_ERROR,503,503", "ERROR,503,503", "NOT_RUNNING,503,503", "PENDING_ERROR,503,503"
  })
  void aTopologyThatMovesIsAliveAndNotReady(State state, int live, int ready) throws Exception {
    states.put("alluvium-mix", ApplicationState.of(state));

    HttpResponse<String> alive = get("/health/live");
    HttpResponse<String> set = get("/health/ready");

    assertThat(alive.statusCode()).isEqualTo(live);
    assertThat(set.statusCode()).isEqualTo(ready);
    JsonNode json = JSON.readTree(set.body());
    assertThat(json.at("/topologies/alluvium-mix").asText()).isEqualTo(state.name());
    assertThat(json.at("/because/alluvium-mix").asText())
        .isEqualTo(ready == 200 ? "" : "is " + state);
    assertThat(json.at("/because").has("alluvium-curate")).isFalse();
  }

  @Test
  void oneThatRestoresSaysHowFarItIs() throws Exception {
    states.put("alluvium-mix", new ApplicationState(State.REBALANCING, Optional.of("5 of 10")));

    JsonNode json = JSON.readTree(get("/health/ready").body());
    assertThat(json.at("/because/alluvium-mix").asText()).isEqualTo("is REBALANCING, 5 of 10");
  }

  @Test
  void withoutATokenAnotherHostNameIsRefused() throws Exception {
    assertThat(raw("Host: evil.example\r\n")).startsWith("HTTP/1.1 403").contains("localhost only");
    assertThat(raw("Host: localhost.evil.example:80\r\n")).startsWith("HTTP/1.1 403");
    assertThat(raw("Host: 127.0.0.1:9\r\n")).startsWith("HTTP/1.1 200");
    assertThat(raw("Host: [::1]:9\r\n")).startsWith("HTTP/1.1 200");
  }

  @Test
  void withATokenNothingIsToldWithoutIt() throws Exception {
    restart("0.0.0.0", true);

    for (String path : List.of("/main.js", "/api/history", "/api/events", "/metrics", "/nothing")) {
      HttpResponse<String> refused = get(path);
      assertThat(refused.statusCode()).as(path).isEqualTo(401);
      assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
      assertThat(get(path, "Authorization", "Bearer wrong").statusCode()).isEqualTo(401);
    }
    assertThat(get("/metrics", "Authorization", "Bearer " + TOKEN).statusCode()).isEqualTo(200);
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    assertThat(raw("Host: any.name\r\nAuthorization: Bearer " + TOKEN + "\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void aPersonSignsInOnceAndIsKnownByACookieFromThenOn() throws Exception {
    restart("0.0.0.0", true);
    HttpResponse<String> sent = get("/", "Accept", "text/html");
    assertThat(sent.statusCode()).isEqualTo(303);
    assertThat(sent.headers().firstValue("Location").orElseThrow()).endsWith("/login");
    assertThat(get("/login").body()).contains("<form").doesNotContain("not the token");

    HttpResponse<String> wrong = enter("wrong<script>");
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(wrong.body()).contains("That is not the token").doesNotContain("wrong<script>");
    assertThat(wrong.headers().firstValue("Set-Cookie")).isEmpty();

    HttpResponse<String> right = enter(TOKEN);
    String cookie = right.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(right.statusCode()).isEqualTo(303);
    assertThat(cookie).contains("HttpOnly", "SameSite=Strict", "Path=/").doesNotContain(TOKEN);
    String session = cookie.substring(0, cookie.indexOf(';'));
    assertThat(get("/api/history", "Cookie", session).statusCode()).isEqualTo(200);
    assertThat(get("/api/history", "Cookie", session + "x").statusCode()).isEqualTo(401);
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    DashboardSettings same =
        new DashboardSettings(
            true, "localhost", dashboard.address().getPort(), Duration.ofDays(1), "", "");

    assertThatThrownBy(
            () ->
                Dashboard.serve(
                    same,
                    Map.of(),
                    new Dashboard.Sources("team", history, () -> states, List.of())))
        .isInstanceOf(HttpServer.PortTakenException.class)
        .hasMessageContaining("localhost:" + dashboard.address().getPort());
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has all of 127.0.0.0/8")
  void listensOnTheAddressThatIsNamedAlone() throws Exception {
    restart("127.0.0.2", false);
    int port = dashboard.address().getPort();
    try (Socket there = new Socket("127.0.0.2", port)) {
      assertThat(there.isConnected()).isTrue();
    }
    assertThatThrownBy(() -> new Socket("127.0.0.1", port)).isInstanceOf(ConnectException.class);
  }

  private void restart(String host, boolean withToken) {
    dashboard.close();
    dashboard = serve(host, withToken);
  }

  private Dashboard serve(String host, boolean withToken) {
    DashboardSettings settings =
        new DashboardSettings(true, host, 0, Duration.ofDays(1), "", withToken ? "TOKEN" : "");
    return Dashboard.serve(
        settings,
        Map.of("TOKEN", TOKEN),
        new Dashboard.Sources("team", history, () -> states, List.of()));
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://localhost:" + dashboard.address().getPort() + path))
            .timeout(PATIENCE);
    return headers.length == 0 ? request : request.headers(headers);
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    return client.send(request(path, headers).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> enter(String token) throws Exception {
    String form = "token=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
    return client.send(
        request("/login", "Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build(),
        BodyHandlers.ofString());
  }

  /** What is answered to a request with headers that Java's client does not let us write. */
  private String raw(String headers) throws IOException {
    try (Socket socket = new Socket("localhost", dashboard.address().getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("GET /health/live HTTP/1.1\r\n" + headers + "Connection: close\r\n\r\n")
              .getBytes(StandardCharsets.UTF_8));
      out.flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** An open stream of events. */
  private final class Stream implements AutoCloseable {
    private final InputStream body;
    private final BufferedReader lines;

    Stream(String path) throws Exception {
      body =
          client
              .send(
                  request(path, "Accept", "text/event-stream").build(),
                  BodyHandlers.ofInputStream())
              .body();
      lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    JsonNode next() throws IOException {
      return JSON.readTree(line("data:"));
    }

    String line(String beginning) throws IOException {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(beginning)) {
          return line.substring(beginning.length());
        }
      }
      throw new IOException("the stream ended");
    }

    @Override
    public void close() throws IOException {
      body.close();
    }
  }
}
