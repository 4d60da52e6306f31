package dev.alluvium.streams.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.alluvium.streams.config.DashboardSettings;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.Header;
import io.javalin.http.HttpStatus;
import io.javalin.http.SameSite;
import java.util.Optional;
import java.util.Set;

/**
 * Who may come in. With a token: whoever brings it, as a bearer or in a session that the login form
 * began. Without one we listen on this machine only, and what is asked must be asked of this
 * machine: a page elsewhere whose name was made to point here (DNS rebinding) is refused.
 */
final class Door {
  static final String LOGIN = "/login";
  static final String COOKIE = "alluvium_session";

  /** What anyone may see: whether we are alive, and what the login form needs. */
  private static final Set<String> OPEN =
      Set.of(LOGIN, "/login.css", "/icon.svg", "/health/live", "/health/ready");

  private static final String BEARER = "Bearer ";
  private static final String WRONG = "<!-- wrong -->";

  private final Optional<Token> token;
  private final Assets assets;

  Door(Optional<Token> token, Assets assets) {
    this.token = token;
    this.assets = assets;
  }

  /** Lets a request through or answers it. */
  void check(Context ctx) {
    if (token.isEmpty()) {
      if (!DashboardSettings.isLoopback(hostOf(ctx))) {
        refuse(
            ctx,
            HttpStatus.FORBIDDEN,
            "this address is for localhost only; set a token to be asked by another name");
      }
    } else if (!OPEN.contains(ctx.path()) && !isKnown(ctx, token.get())) {
      turnAway(ctx);
    }
  }

  private static void turnAway(Context ctx) {
    String accepts = ctx.header(Header.ACCEPT);
    if (ctx.path().equals("/") && accepts != null && accepts.contains("text/html")) {
      ctx.redirect(LOGIN, HttpStatus.SEE_OTHER);
      ctx.skipRemainingHandlers();
    } else {
      ctx.header(Header.WWW_AUTHENTICATE, "Bearer");
      refuse(
          ctx,
          HttpStatus.UNAUTHORIZED,
          "expected the header `Authorization: Bearer TOKEN`, or a session from " + LOGIN);
    }
  }

  private static void refuse(Context ctx, HttpStatus status, String why) {
    ctx.status(status).contentType("text/plain; charset=utf-8").result(why + "\n");
    ctx.skipRemainingHandlers();
  }

  private static boolean isKnown(Context ctx, Token token) {
    String authorization = ctx.header(Header.AUTHORIZATION);
    if (authorization != null && authorization.startsWith(BEARER)) {
      return token.is(authorization.substring(BEARER.length()));
    }
    String session = ctx.cookie(COOKIE);
    return session != null && token.isSession(session);
  }

  /** The host a request was meant for, without its port. */
  private static String hostOf(Context ctx) {
    String host = ctx.host();
    if (host == null) {
      return "";
    }
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }

  /** Shows the login form. */
  void show(Context ctx) {
    form(ctx, "");
  }

  private void form(Context ctx, String message) {
    Assets.File page = assets.file("login.html");
    ctx.header(Header.CACHE_CONTROL, "no-store");
    ctx.contentType(page.type());
    ctx.result(new String(page.content(), UTF_8).replace(WRONG, message));
  }

  /** Begins a session. */
  void enter(Context ctx) {
    String given = ctx.formParam("token");
    if (token.isEmpty() || (given != null && token.get().is(given.strip()))) {
      token.ifPresent(known -> ctx.cookie(session(known, ctx)));
      ctx.redirect("/", HttpStatus.SEE_OTHER);
    } else {
      ctx.status(HttpStatus.UNAUTHORIZED);
      form(ctx, "<p role=\"alert\">That is not the token.</p>");
    }
  }

  private static Cookie session(Token token, Context ctx) {
    Cookie cookie = new Cookie(COOKIE, token.session());
    cookie.setHttpOnly(true);
    cookie.setSameSite(SameSite.STRICT);
    cookie.setSecure(ctx.scheme().equals("https"));
    cookie.setPath("/");
    cookie.setMaxAge((int) Token.SESSION.toSeconds());
    return cookie;
  }
}
