package dev.alluvium.cli.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.SharedBroker;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.TopicProvisioner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A worker that passes requests on to a server. */
class ServerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @Test
  void aServerAnswersWhereTheSettingsSaySo() throws Exception {
    Cluster cluster =
        Cluster.of(KafkaSettings.at(SharedBroker.bootstrapServers()), "generate-server");
    new TopicProvisioner(cluster.kafka(), cluster.topics()).create(Optional.empty());
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/chat/completions", ServerIT::plum);
    server.start();
    String url = "http://localhost:%d/v1".formatted(server.getAddress().getPort());
    Map<String, String> settings =
        Map.of(
            "generate.backend", "openai",
            "generate.lock", "5s",
            "generate.openai.baseUrl", url,
            "generate.openai.model", "served",
            "generate.openai.version", "v000007");
    try (Asker asker = new Asker(cluster)) {
      asker.promote("v000007", Path.of("anywhere"));
      asker.ask(0, Asker.request("q0", 5).build());
      asker.flush();
      try (Worker worker = new Worker(cluster, settings, Optional.empty())) {
        await().atMost(PATIENCE).until(() -> worker.stats().isPresent() && !asker.ends().isEmpty());
        assertThat(asker.ends())
            .singleElement()
            .satisfies(
                result -> {
                  assertThat(result.getText()).isEqualTo("plum");
                  assertThat(result.getModel()).isEqualTo("v000007");
                  assertThat(result.getOurs()).isTrue();
                });
      }
    } finally {
      server.stop(0);
    }
  }

  private static void plum(HttpExchange exchange) throws IOException {
    byte[] body =
        Cli.utf8(
            """
            {"choices":[{"index":0,"message":{"role":"assistant","content":"plum"},
            "finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1}}
            """);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
