package dev.alluvium.cli.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A server of vLLM, spoken to over HTTP. Each method is one call; none is repeated. */
final class VllmServer {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int OK = 200;
  private static final int UNAUTHORISED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;
  private static final int LONGEST_MESSAGE = 300;

  /** As many as say something and take no time. */
  private static final int ANSWER_TOKENS = 16;

  /** Servers of vLLM list up to 20 for each position unless they are told otherwise. */
  private static final int LIKELIEST = 5;

  /** Hosts that are gone answer nothing at all, and other servers wait for this one's round. */
  private static final Duration CONNECTING = Duration.ofSeconds(5);

  private final String url;
  private final Optional<String> key;
  private final Duration timeout;
  private final HttpClient client;

  /**
   * Nothing is sent yet.
   *
   * @param url {@code /v1} included
   * @param timeout longest wait for an answer
   */
  VllmServer(String url, Optional<String> key, Duration timeout) {
    this.url = url;
    this.key = key;
    this.timeout = timeout;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout.compareTo(CONNECTING) < 0 ? timeout : CONNECTING)
            .build();
  }

  String url() {
    return url;
  }

  /** What it serves by now: base models and adapters. */
  List<Listed> models() throws ServerException {
    JsonNode data = json(expectOk("models", get("models"))).path("data");
    List<Listed> models = new ArrayList<>();
    for (JsonNode model : data) {
      models.add(
          new Listed(
              model.path("id").asText(""),
              model.path("parent").asText(""),
              model.path("root").asText("")));
    }
    if (models.isEmpty()) {
      throw ServerException.refused(
          "%s/models lists no model: expected a server of vLLM".formatted(url));
    }
    return models;
  }

  /** Loads an adapter; one that is loaded already is fine. */
  void load(Adapter adapter) throws ServerException {
    HttpResponse<String> response =
        post(
            "load_lora_adapter",
            JsonNodeFactory.instance
                .objectNode()
                .put("lora_name", adapter.model())
                .put("lora_path", adapter.directory()));
    if (!message(response).contains("has already been")) {
      expectOk("load_lora_adapter of " + adapter.directory(), response);
    }
  }

  /** Unloads an adapter; one that is not loaded is fine. */
  void unload(String model) throws ServerException {
    HttpResponse<String> response =
        post("unload_lora_adapter", JsonNodeFactory.instance.objectNode().put("lora_name", model));
    if (!message(response).contains("cannot be found")) {
      expectOk("unload_lora_adapter of " + model, response);
    }
  }

  /** The greedy continuation of a text. */
  Continuation complete(String model, String prompt) throws ServerException {
    HttpResponse<String> response =
        post(
            "completions",
            JsonNodeFactory.instance
                .objectNode()
                .put("model", model)
                .put("prompt", prompt)
                .put("max_tokens", ANSWER_TOKENS)
                .put("temperature", 0)
                .put("logprobs", LIKELIEST));
    JsonNode logprobs =
        json(expectOk("completions of " + model, response))
            .path("choices")
            .path(0)
            .path("logprobs");
    List<String> tokens = new ArrayList<>();
    logprobs.path("tokens").forEach(token -> tokens.add(token.asText()));
    List<Map<String, Double>> likeliest = new ArrayList<>();
    for (JsonNode position : logprobs.path("top_logprobs")) {
      Map<String, Double> values = new LinkedHashMap<>();
      position.properties().forEach(p -> values.put(p.getKey(), p.getValue().asDouble(Double.NaN)));
      likeliest.add(values);
    }
    boolean numbers =
        likeliest.stream().flatMap(p -> p.values().stream()).allMatch(Double::isFinite);
    if (tokens.isEmpty() || tokens.size() != likeliest.size() || !numbers) {
      throw ServerException.refused(
          "%s/completions of %s: %d tokens with %d lists of log-probabilities: expected finite ones for each of one or more tokens"
              .formatted(url, model, tokens.size(), likeliest.size()));
    }
    return new Continuation(tokens, likeliest);
  }

  private HttpResponse<String> get(String path) throws ServerException {
    return send(request(path).GET().build());
  }

  private HttpResponse<String> post(String path, JsonNode body) throws ServerException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/" + path));
    key.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    return request;
  }

  private HttpResponse<String> send(HttpRequest request) throws ServerException {
    CompletableFuture<HttpResponse<String>> call =
        client.sendAsync(request, BodyHandlers.ofString());
    try {
      return call.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw ServerException.away("%s: %s".formatted(request.uri(), e.getCause()), e);
    } catch (TimeoutException e) {
      throw ServerException.away(
          "%s: no whole answer within publish.timeout, %d ms"
              .formatted(request.uri(), timeout.toMillis()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ServerException.away("%s: interrupted".formatted(request.uri()), e);
    } finally {
      call.cancel(true);
    }
  }

  private HttpResponse<String> expectOk(String what, HttpResponse<String> response)
      throws ServerException {
    int status = response.statusCode();
    if (status == OK) {
      return response;
    }
    String said = "%s: %s: HTTP %d: %s".formatted(url, what, status, message(response));
    if (status >= SERVER_ERROR || status == TOO_MANY || status == REQUEST_TIMEOUT) {
      throw ServerException.away(said);
    }
    throw ServerException.refused(said + advice(what, response));
  }

  private static String advice(String what, HttpResponse<String> response) {
    return switch (response.statusCode()) {
      case UNAUTHORISED, FORBIDDEN -> ": check publish.apiKeyFile or publish.apiKeyVariable";
      case NOT_FOUND ->
          what.contains("load_lora_adapter") && !response.body().contains("error")
              ? ": start the server with --enable-lora and VLLM_ALLOW_RUNTIME_LORA_UPDATING=true"
              : "";
      default -> "";
    };
  }

  /** What it says went wrong, in the form of today's servers or of older ones. */
  private static String message(HttpResponse<String> response) {
    if (response.statusCode() == OK) {
      return "";
    }
    String message;
    try {
      JsonNode body = JSON.readTree(response.body());
      message = body.path("error").path("message").asText(body.path("message").asText(""));
    } catch (JsonProcessingException e) {
      message = "";
    }
    String told = message.isEmpty() ? response.body().strip() : message;
    return told.length() <= LONGEST_MESSAGE ? told : told.substring(0, LONGEST_MESSAGE) + "...";
  }

  private JsonNode json(HttpResponse<String> response) throws ServerException {
    try {
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw ServerException.refused(
          "%s answered with what is no JSON: %s".formatted(url, e.getOriginalMessage()));
    }
  }
}
