package dev.alluvium.judges.number;

import dev.alluvium.judges.text.Texts;
import java.util.Map;

/**
 * Writes LaTeX mathematics as plain text: {@code \frac{3}{4}} as {@code 3/4}, {@code \sqrt{2}} as
 * {@code sqrt(2)}, {@code 10^{5}} as {@code 10^(5)}. Text without LaTeX passes through, with signs
 * such as ×, ÷ and ½ in their plain form. Linear in the length of the text.
 */
final class Latex {
  private static final int MAX_DEPTH = 16;

  private static final Map<String, String> COMMANDS =
      Map.ofEntries(
          Map.entry("cdot", "*"),
          Map.entry("times", "*"),
          Map.entry("ast", "*"),
          Map.entry("div", "/"),
          Map.entry("pi", "pi"),
          Map.entry("infty", "infinity"),
          Map.entry("circ", "°"),
          Map.entry("degree", "°"),
          Map.entry("pm", "±"),
          Map.entry("approx", "≈"),
          Map.entry("le", "<="),
          Map.entry("leq", "<="),
          Map.entry("ge", ">="),
          Map.entry("geq", ">="),
          Map.entry("cup", "U"),
          Map.entry("quad", " "),
          Map.entry("qquad", " "));

  private static final String FRACTIONS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞";
  private static final String[] FRACTION_TEXT = {
    "1/2", "1/3", "2/3", "1/4", "3/4", "1/5", "2/5", "3/5", "4/5", "1/6", "5/6", "1/8", "3/8",
    "5/8", "7/8"
  };
  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻";
  private static final String SUPERSCRIPT_TEXT = "0123456789-";

  private final String in;
  private final StringBuilder out = new StringBuilder();
  private int at;

  private Latex(String in) {
    this.in = in;
  }

  /** The text in plain form. */
  static String plain(String text) {
    return convert(Texts.plain(text), 0);
  }

  private static String convert(String text, int depth) {
    Latex latex = new Latex(text);
    while (latex.at < text.length()) {
      latex.step(depth);
    }
    return latex.out.toString();
  }

  private void step(int depth) {
    char c = in.charAt(at++);
    if (c == '\\') {
      command(depth);
    } else if (c == '{') {
      braces(depth);
    } else if (c == '$') {
      dollar();
    } else if (FRACTIONS.indexOf(c) >= 0) {
      boolean mixed = !out.isEmpty() && Character.isDigit(out.charAt(out.length() - 1));
      out.append(mixed ? " " : "").append(FRACTION_TEXT[FRACTIONS.indexOf(c)]);
    } else if (SUPERSCRIPTS.indexOf(c) >= 0) {
      boolean begins = out.isEmpty() || at < 2 || SUPERSCRIPTS.indexOf(in.charAt(at - 2)) < 0;
      out.append(begins ? "^" : "").append(SUPERSCRIPT_TEXT.charAt(SUPERSCRIPTS.indexOf(c)));
    } else {
      switch (c) {
        case '×', '·', '⋅', '∙' -> out.append('*');
        case '÷', '⁄' -> out.append('/');
        case '√' -> out.append("sqrt");
        case 'π' -> out.append("pi");
        case '∞' -> out.append("infinity");
        case '\u2009', '\u202F' -> out.append(betweenDigits() ? ',' : ' ');
        default -> out.append(c);
      }
    }
  }

  private boolean betweenDigits() {
    return !out.isEmpty()
        && Character.isDigit(out.charAt(out.length() - 1))
        && at < in.length()
        && Character.isDigit(in.charAt(at));
  }

  /** A dollar sign is money before a number that no second dollar sign closes, else mathematics. */
  private void dollar() {
    boolean money =
        at < in.length()
            && (Character.isDigit(in.charAt(at)) || in.charAt(at) == '.' || in.charAt(at) == '-');
    int close = in.indexOf('$', at);
    int line = in.indexOf('\n', at);
    boolean closed = close >= 0 && (line < 0 || close < line) && !spaced(at, close);
    boolean closes = at >= 2 && open;
    if (closes) {
      open = false;
    } else if (closed) {
      open = true;
    } else if (money) {
      out.append('$');
    }
  }

  private boolean open;

  /** Mathematics between dollar signs has no prose in it: two words in a row are prose. */
  private boolean spaced(int from, int to) {
    int words = 0;
    for (String word : in.substring(from, Math.min(to, from + 200)).split(" ", -1)) {
      boolean letters = word.length() > 1 && word.chars().allMatch(Character::isLetter);
      words = letters ? words + 1 : 0;
      if (words == 2) {
        return true;
      }
    }
    return to > 0 && in.charAt(to - 1) == ' ';
  }

  private void braces(int depth) {
    String inside = group();
    if (depth > MAX_DEPTH) {
      return;
    }
    String converted = convert(inside, depth + 1);
    boolean raised =
        !out.isEmpty()
            && (out.charAt(out.length() - 1) == '^' || out.charAt(out.length() - 1) == '_');
    if (raised && converted.equals("°")) {
      out.setLength(out.length() - 1);
      out.append('°');
    } else if (converted.equals(",") || !raised) {
      out.append(converted); // {,} is a thousands separator without the space after it
    } else {
      out.append('(').append(converted).append(')');
    }
  }

  /** Contents of the braces that have just been opened; to the end when nothing closes them. */
  private String group() {
    int from = at;
    int open = 1;
    while (at < in.length()) {
      char c = in.charAt(at++);
      open += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (open == 0) {
        return in.substring(from, at - 1);
      }
    }
    return in.substring(from);
  }

  private void command(int depth) {
    int from = at;
    while (at < in.length() && Character.isLetter(in.charAt(at))) {
      at++;
    }
    String name = in.substring(from, at);
    if (name.isEmpty()) {
      sign();
      return;
    }
    switch (name) {
      case "frac", "dfrac", "tfrac", "cfrac" -> fraction(depth);
      case "sqrt" -> root(depth);
      case "left", "right", "displaystyle", "big", "Big", "bigl", "bigr", "limits" -> {}
      case "text",
          "mathrm",
          "mbox",
          "textbf",
          "mathbf",
          "operatorname",
          "boxed",
          "fbox",
          "textit" ->
          out.append(' ').append(argument(depth)).append(' ');
      default -> out.append(COMMANDS.getOrDefault(name, "\\" + name));
    }
    if (out.length() >= 2
        && out.charAt(out.length() - 1) == '°'
        && out.charAt(out.length() - 2) == '^') {
      out.deleteCharAt(out.length() - 2);
    }
  }

  /** An escaped sign, or one of the spaces of LaTeX. */
  private void sign() {
    if (at == in.length()) {
      return;
    }
    char c = in.charAt(at++);
    switch (c) {
      case '!' -> {}
      case ',', ';', ':', ' ', '\\' -> out.append(' ');
      case '(', ')', '[', ']' -> out.append(' '); // opens and closes mathematics
      case '{' -> out.append('{');
      case '}' -> out.append('}');
      default -> out.append(c);
    }
  }

  private void fraction(int depth) {
    String above = argument(depth).strip();
    String below = argument(depth).strip();
    boolean mixed = !out.isEmpty() && Character.isDigit(out.charAt(out.length() - 1));
    if (plainNumber(above) && plainNumber(below)) {
      out.append(mixed ? " " : "").append(above).append('/').append(below);
    } else {
      out.append("((").append(above).append(")/(").append(below).append("))");
    }
  }

  private static boolean plainNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(Character::isDigit);
  }

  private void root(int depth) {
    String degree = "";
    if (at < in.length() && in.charAt(at) == '[') {
      int end = in.indexOf(']', at);
      if (end > at && end - at < 8) {
        degree = in.substring(at + 1, end).strip();
        at = end + 1;
      }
    }
    String of = argument(depth);
    out.append(
        degree.isEmpty() || degree.equals("2")
            ? "sqrt(" + of + ")"
            : "(" + of + ")^(1/" + degree + ")");
  }

  /** The braces or the single character after a command. */
  private String argument(int depth) {
    while (at < in.length() && in.charAt(at) == ' ') {
      at++;
    }
    if (at == in.length() || depth > MAX_DEPTH) {
      return "";
    }
    if (in.charAt(at) == '{') {
      at++;
      return convert(group(), depth + 1);
    }
    if (in.charAt(at) == '\\') {
      int from = at++;
      while (at < in.length() && Character.isLetter(in.charAt(at))) {
        at++;
      }
      return convert(in.substring(from, at), depth + 1);
    }
    return String.valueOf(in.charAt(at++));
  }
}
