package dev.alluvium.streams.dashboard;

import dev.alluvium.streams.config.DashboardSettings;
import dev.alluvium.streams.dashboard.history.History;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.HttpStatus;
import io.javalin.http.sse.SseClient;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The HTTP side: which address gives what, to whom, and with which headers. */
final class DashboardServer implements AutoCloseable {
  private static final int MAX_THREADS = 16;
  private static final int MIN_THREADS = 2;
  private static final int MAX_REQUEST_BYTES = 4096;
  private static final Duration PACE = Duration.ofSeconds(1);
  private static final String JSON = "application/json; charset=utf-8";
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

  /**
   * The page gets everything from here, runs nothing that is written into it, and is in no frame.
   */
  static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " form-action 'self'; base-uri 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy", CONTENT_SECURITY_POLICY,
          "X-Content-Type-Options", "nosniff",
          "Referrer-Policy", "no-referrer",
          "Cross-Origin-Opener-Policy", "same-origin",
          "Cross-Origin-Resource-Policy", "same-origin");

  private final DashboardSettings settings;
  private final History history;
  private final Supplier<String> metrics;
  private final Health health;
  private final Door door;
  private final Assets assets = new Assets();
  private final Events events;
  private final Javalin server;

  /**
   * Starts listening.
   *
   * @param metrics the Prometheus text of now
   * @throws io.javalin.util.JavalinBindException when the port is taken
   */
  DashboardServer(
      DashboardSettings settings,
      Optional<Token> token,
      History history,
      Supplier<String> metrics,
      Health health) {
    this.settings = settings;
    this.history = history;
    this.metrics = metrics;
    this.health = health;
    this.door = new Door(token, assets);
    this.events = new Events(history, PACE);
    this.server = Javalin.create(this::configure);
    try {
      server.start(settings.host(), settings.port());
    } catch (RuntimeException e) {
      events.close();
      throw e;
    }
  }

  /** Where it is. */
  URI address() {
    String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    return URI.create("http://" + host + ":" + server.port());
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.maxRequestSize = MAX_REQUEST_BYTES;
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS);
    threads.setName("alluvium-dashboard");
    threads.setDaemon(true);
    config.jetty.threadPool = threads;
    config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
    RoutesConfig routes = config.routes;
    routes.before(ctx -> HEADERS.forEach(ctx::header));
    routes.before(door::check);
    routes.get("/", ctx -> send(ctx, "index.html"));
    Assets.FILES.forEach(file -> routes.get("/" + file, ctx -> send(ctx, file)));
    routes.get(Door.LOGIN, door::show);
    routes.post(Door.LOGIN, door::enter);
    routes.get("/api/history", this::everything);
    routes.sse("/api/events", this::follow);
    routes.get("/metrics", ctx -> ctx.contentType(METRICS).result(metrics.get()));
    routes.get("/health/live", ctx -> answer(ctx, health.live()));
    routes.get("/health/ready", ctx -> answer(ctx, health.ready()));
  }

  private void send(Context ctx, String name) {
    Assets.File file = assets.file(name);
    ctx.header(Header.ETAG, file.tag()).header(Header.CACHE_CONTROL, "no-cache");
    if (file.tag().equals(ctx.header(Header.IF_NONE_MATCH))) {
      ctx.status(HttpStatus.NOT_MODIFIED);
    } else {
      ctx.contentType(file.type()).result(file.content());
    }
  }

  private void everything(Context ctx) {
    ctx.header(Header.CACHE_CONTROL, "no-store");
    ctx.contentType(JSON).result(history.everything().json());
  }

  private void follow(SseClient client) {
    String last = client.ctx().header("Last-Event-ID");
    String known = last == null ? client.ctx().queryParam("known") : last;
    client.keepAlive();
    if (!events.add(client, Events.Known.parse(known == null ? "" : known))) {
      client.sendEvent("full", "too many pages are open: expected at most " + Events.MOST);
      client.close();
    }
  }

  private static void answer(Context ctx, Health.Answer answer) {
    ctx.header(Header.CACHE_CONTROL, "no-store");
    ctx.status(answer.good() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    ctx.contentType(JSON).result(answer.json());
  }

  @Override
  public void close() {
    events.close();
    server.stop();
  }
}
