package dev.alluvium.trainer.text.jinja;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.Function;
import org.mozilla.javascript.BaseFunction;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.RhinoException;
import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;

/**
 * The Jinja interpreter, a script that takes seconds to load and is therefore loaded once, when the
 * first template is read. Scripts see no Java; one thread at a time is inside.
 */
final class Interpreter {
  private static final String LIBRARY = "huggingface-jinja-0.5.11.js";
  private static final String ENTRY = "templates.js";

  /** Created when first asked for. */
  private static final class Shared {
    static final Interpreter INSTANCE = new Interpreter();
  }

  private final LimitedContexts contexts = new LimitedContexts();
  private final ScriptableObject scope;
  private final Scriptable templates;

  private Interpreter() {
    try (Context context = contexts.enterContext()) {
      scope = context.initSafeStandardObjects();
      String library =
          "var jinja = (function (module) {var exports = module.exports;"
              + resource(LIBRARY)
              + "\nreturn module.exports;})({exports: {}});";
      context.evaluateString(scope, library, LIBRARY, 1, null);
      context.evaluateString(scope, resource(ENTRY), ENTRY, 1, null);
      templates = (Scriptable) scope.get("templates", scope);
    }
  }

  static Interpreter shared() {
    return Shared.INSTANCE;
  }

  private static String resource(String name) {
    try (InputStream in = Interpreter.class.getResourceAsStream("/jinja/" + name)) {
      if (in == null) {
        throw new IllegalStateException("jinja/" + name + " is missing from the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a template. */
  Scriptable parse(String name, String source) {
    return limited(
        name,
        context -> {
          try {
            return (Scriptable) call(context, "parse", source);
          } catch (RhinoException e) {
            Object line = call(context, "lineOfSyntaxError", source);
            throw new JinjaException(name, ((Number) line).intValue(), message(e));
          }
        });
  }

  /** Renders a template; variables are a JSON object. */
  String render(String name, Scriptable template, String variables, Instant now) {
    return limited(
        name,
        context -> {
          Scriptable result =
              (Scriptable) call(context, "render", template, variables, strftime(name, now));
          if (result.has("text", result)) {
            return (String) result.get("text", result);
          }
          int line = ((Number) result.get("line", result)).intValue();
          throw new JinjaException(name, line, String.valueOf(result.get("error", result)));
        });
  }

  private BaseFunction strftime(String name, Instant now) {
    return new BaseFunction(scope, ScriptableObject.getFunctionPrototype(scope)) {
      private static final long serialVersionUID = 1L;

      @Override
      public Object call(Context context, Scriptable callScope, Scriptable self, Object[] args) {
        try {
          return Strftime.format(args.length == 0 ? "" : Context.toString(args[0]), now);
        } catch (IllegalArgumentException e) {
          throw new JinjaException(name, 0, "strftime_now: " + e.getMessage());
        }
      }
    };
  }

  private Object call(Context context, String function, Object... args) {
    Object result = ScriptableObject.callMethod(context, templates, function, args);
    return result instanceof CharSequence text ? text.toString() : result;
  }

  private synchronized <R> R limited(String name, Function<Context, R> work) {
    try (Context context = contexts.enterContext()) {
      contexts.start();
      return work.apply(context);
    } catch (LimitedContexts.TimeUp e) {
      throw new JinjaException(name, 0, String.valueOf(e.getMessage()));
    } catch (StackOverflowError e) {
      throw new JinjaException(name, 0, "it calls itself, or nests, too deeply");
    } catch (RhinoException e) {
      throw new JinjaException(name, 0, message(e));
    }
  }

  /** Without the position in our script, which says nothing to the author of a template. */
  private static String message(RhinoException e) {
    return e.details().replaceFirst("^(Syntax|Type|Range)?Error: ", "");
  }
}
