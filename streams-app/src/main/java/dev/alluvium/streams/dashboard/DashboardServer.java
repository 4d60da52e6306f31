package dev.alluvium.streams.dashboard;

import dev.alluvium.streams.config.Listening;
import dev.alluvium.streams.dashboard.history.History;
import dev.alluvium.streams.http.Door;
import dev.alluvium.streams.http.Health;
import dev.alluvium.streams.http.HttpServer;
import dev.alluvium.streams.http.Token;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.HttpStatus;
import io.javalin.http.sse.SseClient;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** The page and its data, beside metrics and health. */
final class DashboardServer implements AutoCloseable {
  private static final Duration PACE = Duration.ofSeconds(1);

  private final History history;
  private final Assets assets = new Assets();
  private final Login login;
  private final Events events;
  private final HttpServer server;

  /**
   * Starts listening.
   *
   * @param metrics the Prometheus text of now
   * @throws HttpServer.PortTakenException when the port is taken
   */
  DashboardServer(
      Listening where,
      Optional<Token> token,
      History history,
      Supplier<String> metrics,
      Health health) {
    this.history = history;
    this.login = new Login(token, assets);
    this.events = new Events(history, PACE);
    Door door = new Door(token, Login.OPEN, Login.FURTHER);
    try {
      server = new HttpServer(where, door, metrics, health, this::route);
    } catch (RuntimeException e) {
      events.close();
      throw e;
    }
  }

  /** Where it is. */
  URI address() {
    return server.address();
  }

  private void route(RoutesConfig routes) {
    routes.before(login::recognise);
    routes.get("/", ctx -> send(ctx, "index.html"));
    Assets.FILES.forEach(file -> routes.get("/" + file, ctx -> send(ctx, file)));
    routes.get(Login.PATH, login::show);
    routes.post(Login.PATH, login::enter);
    routes.get("/api/history", this::everything);
    routes.sse("/api/events", this::follow);
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
    ctx.contentType(HttpServer.JSON).result(history.everything().json());
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

  @Override
  public void close() {
    events.close();
    server.close();
  }
}
