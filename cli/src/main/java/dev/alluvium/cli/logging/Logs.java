package dev.alluvium.cli.logging;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import net.logstash.logback.encoder.LogstashEncoder;
import org.slf4j.LoggerFactory;

/** How the lines of this process look on stderr, and which of them are shown. */
public final class Logs {
  private static final String OURS = "dev.alluvium";

  /** What is told to people has no level: log.level does not hide it. */
  private static final String PEOPLE = "alluvium";

  /** What was written to stderr past the log. */
  private static final String PAST = "stderr";

  /** Before it is replaced by what writes through the log. */
  private static final PrintStream STDERR = System.err;

  private static final String UNNAMED = "alluvium";

  private Logs() {}

  /**
   * Shows our own lines from this level on.
   *
   * @param level such as {@code DEBUG}
   */
  public static void show(String level) {
    context().getLogger(OURS).setLevel(Level.toLevel(level));
  }

  /**
   * From now on every line on stderr is one JSON object: what is logged, what is told to people,
   * and what libraries write there by themselves.
   *
   * @param namespace of the pipeline; empty for none
   * @param process such as {@code train}
   * @return where people are told something from now on: what is written up to a flush is one event
   */
  public static PrintWriter inJson(String namespace, String process) {
    LoggerContext context = context();
    LogstashEncoder encoder = new LogstashEncoder();
    encoder.setContext(context);
    encoder.setCustomFields(
        JsonNodeFactory.instance
            .objectNode()
            .put("namespace", namespace.isEmpty() ? UNNAMED : namespace)
            .put("process", process)
            .toString());
    encoder.start();
    OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    appender.setContext(context);
    appender.setName("JSON");
    appender.setEncoder(encoder);
    appender.setOutputStream(STDERR);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.addAppender(appender);
    System.setProperty("alluvium.terminal", "false"); // no bar is drawn
    PrintStream stderr = new PrintStream(logged(context, PAST), true, UTF_8);
    System.setErr(stderr);
    System.setOut(stderr);
    return new PrintWriter(new OutputStreamWriter(logged(context, PEOPLE), UTF_8), false);
  }

  private static OutputStream logged(LoggerContext context, String name) {
    Logger logger = context.getLogger(name);
    logger.setLevel(Level.INFO);
    return new LoggedOutput(logger);
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }
}
