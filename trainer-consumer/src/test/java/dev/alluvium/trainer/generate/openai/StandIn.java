package dev.alluvium.trainer.generate.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;

/** A server that speaks as much of OpenAI's interface as a test tells it to. */
final class StandIn implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final IntFunction<Response> script;
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  /** What came in, and when in ns. */
  record Request(JsonNode body, String authorization, long at) {}

  /** What goes out. */
  record Response(int status, String body) {
    /** An answer that ended by itself, of 10 prompt and 5 generated tokens. */
    static Response answer(String text) {
      return chat(text, "stop");
    }

    static Response chat(String text, String finish) {
      return new Response(
          200,
          """
          {"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
          "message":{"role":"assistant","content":"%s"},"finish_reason":"%s"}],
          "usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}
          """
              .formatted(text, finish));
    }

    static Response failure(int status) {
      return new Response(status, "{\"error\":{\"message\":\"no\",\"type\":\"t\"}}");
    }
  }

  /**
   * Starts it.
   *
   * @param script the response to each request, counted from 0
   */
  StandIn(IntFunction<Response> script) throws IOException {
    this.script = script;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/chat/completions", this::serve);
    server.setExecutor(threads);
    server.start();
  }

  String url() {
    return "http://localhost:%d/v1".formatted(server.getAddress().getPort());
  }

  List<Request> requests() {
    return requests;
  }

  private void serve(HttpExchange exchange) throws IOException {
    Response response;
    synchronized (this) {
      response = script.apply(requests.size());
      requests.add(
          new Request(
              JSON.readTree(exchange.getRequestBody()),
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
              System.nanoTime()));
    }
    byte[] body = response.body().getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(response.status(), body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
