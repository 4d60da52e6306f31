package dev.alluvium.streams.http;

import dev.alluvium.streams.config.Listening;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.HttpStatus;
import io.javalin.util.JavalinBindException;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The HTTP side of a process: health for anyone, metrics and whatever else is routed for those whom
 * the door lets in. Every answer carries headers that let a page do nothing but what is ours.
 */
public final class HttpServer implements AutoCloseable {
  /** Media type of plain text. */
  public static final String TEXT = "text/plain; charset=utf-8";

  /** Media type of JSON. */
  public static final String JSON = "application/json; charset=utf-8";

  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String LIVE = "/health/live";
  private static final String READY = "/health/ready";

  /** Paths that anyone may ask for. */
  static final Set<String> HEALTH = Set.of(LIVE, READY);

  private static final int MAX_THREADS = 16;
  private static final int MIN_THREADS = 2;
  private static final int MAX_REQUEST_BYTES = 4096;

  /** A page gets everything from here, runs nothing that is written into it, and is in no frame. */
  private static final String CONTENT_SECURITY_POLICY =
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

  private final Listening where;
  private final Javalin server;

  /** Somebody else listens on the port, or the address is not this machine's. */
  public static final class PortTakenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PortTakenException(Listening where, Throwable cause) {
      super(
          "%s:%d cannot be listened on: %s"
              .formatted(where.host(), where.port(), cause.getMessage()),
          cause);
    }
  }

  /**
   * Starts listening, for metrics and health only.
   *
   * @param metrics the Prometheus text of now
   * @throws PortTakenException when it cannot listen there
   */
  public HttpServer(Listening where, Door door, Supplier<String> metrics, Health health) {
    this(where, door, metrics, health, routes -> {});
  }

  /**
   * Starts listening.
   *
   * @param metrics the Prometheus text of now
   * @param more what is served besides, with its own handlers before the door
   * @throws PortTakenException when it cannot listen there
   */
  public HttpServer(
      Listening where,
      Door door,
      Supplier<String> metrics,
      Health health,
      Consumer<RoutesConfig> more) {
    this.where = where;
    this.server =
        Javalin.create(
            config -> {
              configure(config, "alluvium-" + where.key());
              RoutesConfig routes = config.routes;
              routes.before(ctx -> HEADERS.forEach(ctx::header));
              more.accept(routes);
              routes.before(door::check);
              routes.get("/metrics", ctx -> ctx.contentType(METRICS).result(metrics.get()));
              routes.get(LIVE, ctx -> answer(ctx, health.live()));
              routes.get(READY, ctx -> answer(ctx, health.ready()));
            });
    try {
      server.start(where.host(), where.port());
    } catch (JavalinBindException e) {
      throw new PortTakenException(where, e);
    }
  }

  private static void configure(JavalinConfig config, String threadNames) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.maxRequestSize = MAX_REQUEST_BYTES;
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS);
    threads.setName(threadNames);
    threads.setDaemon(true);
    config.jetty.threadPool = threads;
    config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
  }

  private static void answer(Context ctx, Health.Answer answer) {
    ctx.header(Header.CACHE_CONTROL, "no-store");
    ctx.status(answer.good() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    ctx.contentType(answer.contentType()).result(answer.body());
  }

  /** Where it is. */
  public URI address() {
    String host = where.host().contains(":") ? "[" + where.host() + "]" : where.host();
    return URI.create("http://" + host + ":" + server.port());
  }

  @Override
  public void close() {
    server.stop();
  }
}
