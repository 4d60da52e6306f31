package dev.alluvium.trainer.text.jinja;

/** A template that cannot be read or rendered: says which file, which line and why. */
public final class JinjaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  JinjaException(String name, int line, String why) {
    super(name + (line > 0 ? " line " + line : "") + ": " + why);
  }
}
