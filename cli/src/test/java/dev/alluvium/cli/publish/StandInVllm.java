package dev.alluvium.cli.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * As much of vLLM's server as a publisher sees of it, with its statuses and messages: models,
 * adapters loaded from their directories, completions whose log-probabilities depend on the
 * adapter's weights. It can be down, slow, unwell, restarted, or noisy.
 */
final class StandInVllm implements AutoCloseable {
  static final String BASE = "small-llama";
  private static final Set<String> MODULES = Set.of("q_proj", "v_proj", "down_proj");
  private static final int MAX_RANK = 16;
  private static final int TOKENS = 4;
  private static final ObjectMapper JSON = new ObjectMapper();

  static {
    // Or each answer waits 40 ms for the acknowledgement of its headers.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Adapter> adapters = new LinkedHashMap<>();
  private final List<String> orders = new CopyOnWriteArrayList<>();
  private final List<String> prompts = new CopyOnWriteArrayList<>();
  private final Random random = new Random(7);
  private final int port;
  private HttpServer server;
  private volatile int looks;

  /** Where the store is for us, of which the server sees {@link #mount}. */
  volatile String store = "";

  volatile String mount = "";
  volatile String key = "";
  volatile boolean updatable = true;
  volatile boolean unloads = true;
  volatile String base = BASE;
  volatile boolean unwell;
  volatile boolean stalls;
  volatile boolean failsAdapters;
  volatile double noise;
  volatile Duration loading = Duration.ZERO;

  /** What it has loaded: from where, and what its weights come to; 0 if no module matched. */
  private record Adapter(String root, long weights) {}

  /** A refusal. */
  private static final class No extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final String type;

    No(int status, String type, String message) {
      super(message);
      this.status = status;
      this.type = type;
    }
  }

  private interface Handler {
    JsonNode answer(JsonNode request) throws IOException, No;
  }

  StandInVllm() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    port = server.getAddress().getPort();
    open();
  }

  String url() {
    return "http://localhost:%d/v1".formatted(port);
  }

  /** Orders it carried out: {@code load NAME} and {@code unload NAME}. */
  List<String> orders() {
    return List.copyOf(orders);
  }

  List<String> prompts() {
    return List.copyOf(prompts);
  }

  /** How often its models were listed. */
  int looks() {
    return looks;
  }

  synchronized Set<String> loaded() {
    return Set.copyOf(adapters.keySet());
  }

  /** Somebody else's adapter, or one that was loaded before. */
  synchronized void has(String name, String root) {
    adapters.put(name, new Adapter(root, name.hashCode() | 1));
  }

  /** Nobody answers at its port any more. */
  void down() {
    server.stop(0);
  }

  /** It answers again, without the adapters it had. */
  synchronized void up() throws IOException {
    adapters.clear();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    open();
  }

  private void open() {
    server.createContext("/", exchange -> respond(exchange, 404, detail()));
    serve("/v1/models", request -> models());
    serve("/v1/load_lora_adapter", this::load);
    serve("/v1/unload_lora_adapter", this::unload);
    serve("/v1/completions", this::complete);
    server.setExecutor(threads);
    server.start();
  }

  private void serve(String path, Handler handler) {
    server.createContext(path, exchange -> handle(exchange, path, handler));
  }

  private void handle(HttpExchange exchange, String path, Handler handler) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    if (stalls) {
      exchange.sendResponseHeaders(200, 100); // and no body ever
    } else if (unwell) {
      respond(exchange, 500, JsonNodeFactory.instance.textNode("Internal Server Error"));
    } else if (!key.isEmpty() && !authorization.equals("Bearer " + key)) {
      respond(exchange, 401, JsonNodeFactory.instance.objectNode().put("error", "Unauthorized"));
    } else if (path.contains("lora") && !updatable) {
      respond(exchange, 404, detail());
    } else {
      try {
        respond(exchange, 200, handler.answer(body.length == 0 ? null : JSON.readTree(body)));
      } catch (No no) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer
            .putObject("error")
            .put("message", no.getMessage())
            .put("type", no.type)
            .putNull("param")
            .put("code", no.status);
        respond(exchange, no.status, answer);
      }
    }
  }

  private static JsonNode detail() {
    return JsonNodeFactory.instance.objectNode().put("detail", "Not Found");
  }

  private static void respond(HttpExchange exchange, int status, JsonNode answer)
      throws IOException {
    byte[] body = answer.toString().getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private synchronized JsonNode models() {
    looks++;
    ObjectNode list = JsonNodeFactory.instance.objectNode().put("object", "list");
    ArrayNode data = list.putArray("data");
    data.addObject().put("id", base).put("root", "/models/small-llama").putNull("parent");
    adapters.forEach(
        (name, adapter) ->
            data.addObject().put("id", name).put("root", adapter.root()).put("parent", base));
    return list;
  }

  private JsonNode load(JsonNode request) throws IOException, No {
    String name = request.path("lora_name").asText();
    String path = request.path("lora_path").asText();
    if (name.isEmpty() || path.isEmpty()) {
      throw new No(400, "InvalidUserInput", "Both 'lora_name' and 'lora_path' must be provided.");
    }
    synchronized (this) {
      if (adapters.containsKey(name)) {
        throw new No(
            400,
            "InvalidUserInput",
            "The lora adapter '%s' has already been loaded. If you want to load the adapter in place, set 'load_inplace' to True."
                .formatted(name));
      }
    }
    LockSupport.parkNanos(loading.toNanos());
    Adapter adapter = new Adapter(path, weights(path));
    synchronized (this) {
      adapters.put(name, adapter);
      orders.add("load " + name);
    }
    return JsonNodeFactory.instance.textNode(
        "Success: LoRA adapter '%s' added successfully.".formatted(name));
  }

  private long weights(String path) throws IOException, No {
    Path directory =
        Path.of(mount.isEmpty() || !path.startsWith(mount) ? path : path.replace(mount, store));
    Path file = directory.resolve("adapter_config.json");
    if (!Files.exists(file)) {
      throw new No(404, "NotFoundError", "Loading lora failed: No adapter found for " + path);
    }
    JsonNode config = JSON.readTree(file.toFile());
    if (config.path("r").asInt() > MAX_RANK) {
      throw new No(
          400,
          "BadRequestError",
          "LoRA rank %d is greater than max_lora_rank %d."
              .formatted(config.path("r").asInt(), MAX_RANK));
    }
    if (!config.path("modules_to_save").isEmpty()) {
      throw new No(400, "BadRequestError", "vLLM only supports modules_to_save being None.");
    }
    boolean matches = false;
    for (JsonNode module : config.path("target_modules")) {
      matches |= MODULES.contains(module.asText());
    }
    byte[] bytes = Files.readAllBytes(directory.resolve("adapter_model.safetensors"));
    return matches ? Arrays.hashCode(bytes) | 1L : 0;
  }

  private synchronized JsonNode unload(JsonNode request) throws No {
    if (!unloads) {
      throw new No(400, "InvalidUserInput", "unloading is not allowed here");
    }
    String name = request.path("lora_name").asText();
    if (adapters.remove(name) == null) {
      throw new No(404, "NotFoundError", "The lora adapter '%s' cannot be found.".formatted(name));
    }
    orders.add("unload " + name);
    return JsonNodeFactory.instance.textNode(
        "Success: LoRA adapter '%s' removed successfully.".formatted(name));
  }

  /** The text names what answered, the log-probabilities follow its weights and the prompt. */
  private synchronized JsonNode complete(JsonNode request) throws No {
    String model = request.path("model").asText();
    Adapter adapter = adapters.get(model);
    if (adapter == null && !model.equals(base)) {
      throw new No(404, "NotFoundError", "The model `%s` does not exist.".formatted(model));
    }
    if (adapter != null && failsAdapters) {
      throw new No(500, "InternalServerError", "EngineCore encountered an issue.");
    }
    String prompt = request.path("prompt").asText();
    prompts.add(prompt);
    long weights = adapter == null ? 0 : adapter.weights();
    Random numbers = new Random(prompt.hashCode() + weights);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ObjectNode choice = answer.putArray("choices").addObject();
    choice.put("index", 0).put("finish_reason", "length");
    choice.put("text", adapter == null ? base : adapter.root());
    if (request.path("logprobs").asInt() > 0) {
      ObjectNode logprobs = choice.putObject("logprobs");
      ArrayNode tokens = logprobs.putArray("tokens");
      ArrayNode chosen = logprobs.putArray("token_logprobs");
      ArrayNode likeliest = logprobs.putArray("top_logprobs");
      for (int i = 0; i < TOKENS; i++) {
        double first = -0.2 * numbers.nextDouble() + noise * random.nextGaussian();
        double second = -3 - numbers.nextDouble() + noise * random.nextGaussian();
        tokens.add("a");
        chosen.add(first);
        likeliest.addObject().put("a", first).put("b", second);
      }
    }
    return answer;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
