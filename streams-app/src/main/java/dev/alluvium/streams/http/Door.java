package dev.alluvium.streams.http;

import dev.alluvium.streams.config.Listening;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.HttpStatus;
import java.util.Optional;
import java.util.Set;

/**
 * Who may come in. With a token: whoever brings it as a bearer, or was admitted before by other
 * means. Without one we listen on this machine only, and what is asked must be asked of this
 * machine: a page elsewhere whose name was made to point here (DNS rebinding) is refused.
 */
public final class Door {
  private static final String BEARER = "Bearer ";
  private static final String ADMITTED = "alluvium.admitted";

  private final Optional<Token> token;
  private final Set<String> open;
  private final String further;

  /**
   * A door.
   *
   * @param open paths that anyone may ask for, besides health
   * @param further what else lets people in, for those who are refused, such as {@code , or a
   *     session}; empty for nothing
   */
  public Door(Optional<Token> token, Set<String> open, String further) {
    this.token = token;
    this.open = Set.copyOf(open);
    this.further = further;
  }

  /** Only a bearer of the token comes in, or this machine where there is none. */
  public static Door of(Optional<Token> token) {
    return new Door(token, Set.of(), "");
  }

  /** Lets a request in that has shown something else than the token. */
  public static void admit(Context ctx) {
    ctx.attribute(ADMITTED, true);
  }

  /** Lets a request through or answers it. */
  void check(Context ctx) {
    if (token.isEmpty()) {
      if (!Listening.isLoopback(hostOf(ctx))) {
        refuse(
            ctx,
            HttpStatus.FORBIDDEN,
            "this address is for localhost only; set a token to be asked by another name");
      }
    } else if (!isOpen(ctx) && !isKnown(ctx, token.get())) {
      ctx.header(Header.WWW_AUTHENTICATE, "Bearer");
      refuse(
          ctx,
          HttpStatus.UNAUTHORIZED,
          "expected the header `Authorization: Bearer TOKEN`" + further);
    }
  }

  private boolean isOpen(Context ctx) {
    return HttpServer.HEALTH.contains(ctx.path()) || open.contains(ctx.path());
  }

  private static boolean isKnown(Context ctx, Token token) {
    String authorization = ctx.header(Header.AUTHORIZATION);
    if (authorization != null && authorization.startsWith(BEARER)) {
      return token.is(authorization.substring(BEARER.length()));
    }
    return Boolean.TRUE.equals(ctx.attribute(ADMITTED));
  }

  private static void refuse(Context ctx, HttpStatus status, String why) {
    ctx.status(status).contentType(HttpServer.TEXT).result(why + "\n");
    ctx.skipRemainingHandlers();
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
}
