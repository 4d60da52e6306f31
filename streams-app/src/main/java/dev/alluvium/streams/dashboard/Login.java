package dev.alluvium.streams.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.alluvium.streams.http.Door;
import dev.alluvium.streams.http.Token;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.Header;
import io.javalin.http.HttpStatus;
import io.javalin.http.SameSite;
import java.util.Optional;
import java.util.Set;

/** How a person comes in: by a form that asks for the token once and begins a session. */
final class Login {
  static final String PATH = "/login";

  /** What the form needs. */
  static final Set<String> OPEN = Set.of(PATH, "/login.css", "/icon.svg");

  /** For those who are refused. */
  static final String FURTHER = ", or a session from " + PATH;

  private static final String COOKIE = "alluvium_session";
  private static final String WRONG = "<!-- wrong -->";

  private final Optional<Token> token;
  private final Assets assets;

  Login(Optional<Token> token, Assets assets) {
    this.token = token;
    this.assets = assets;
  }

  /** Admits whoever has a session; sends a person who asks for the page and has none here. */
  void recognise(Context ctx) {
    if (token.isEmpty()) {
      return;
    }
    String session = ctx.cookie(COOKIE);
    String accepts = ctx.header(Header.ACCEPT);
    if (session != null && token.get().isSession(session)) {
      Door.admit(ctx);
    } else if (ctx.path().equals("/")
        && ctx.header(Header.AUTHORIZATION) == null
        && accepts != null
        && accepts.contains("text/html")) {
      ctx.redirect(PATH, HttpStatus.SEE_OTHER);
      ctx.skipRemainingHandlers();
    }
  }

  /** Shows the form. */
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
