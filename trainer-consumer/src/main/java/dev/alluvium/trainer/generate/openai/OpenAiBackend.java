package dev.alluvium.trainer.generate.openai;

import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.trainer.config.OpenAiSettings;
import dev.alluvium.trainer.generate.backend.Asked;
import dev.alluvium.trainer.generate.backend.Backend;
import dev.alluvium.trainer.generate.backend.Reply;
import dev.alluvium.trainer.generate.backend.UnusableBackendException;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that speaks OpenAI's interface. Its text counts as our model's own only when the
 * settings say which of our versions it serves, and models.v1 knows that version.
 */
public final class OpenAiBackend implements Backend {
  private static final Logger log = LoggerFactory.getLogger(OpenAiBackend.class);
  private static final String BASE = "base";
  private static final long LOOK_MILLIS = 100;

  private final OpenAiSettings settings;
  private final Chat chat;
  private final Guard guard;
  private final Spending spending;
  private final Predicate<String> isVersion;
  private final ExecutorService calls;
  private volatile boolean ours;
  private boolean warned;

  /**
   * A backend for a server; nothing is sent yet.
   *
   * @param environment variables of the process, where the key may be
   * @param isVersion whether models.v1 knows a version by now
   * @param clock tells the day whose cost is capped
   * @throws IllegalArgumentException when there is no key where the settings say
   */
  public OpenAiBackend(
      OpenAiSettings settings,
      Map<String, String> environment,
      Predicate<String> isVersion,
      InstantSource clock) {
    this.settings = settings;
    this.chat = new Chat(settings, ApiKey.read(settings, environment));
    this.guard = new Guard(settings);
    this.spending = new Spending(settings.costPerDay(), clock);
    this.isVersion = isVersion;
    this.calls =
        Executors.newFixedThreadPool(
            settings.parallel(),
            task -> {
              Thread thread = new Thread(task, "alluvium-openai");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public List<Reply> answer(List<Asked> batch, BooleanSupplier cancelled) {
    resolveVersion();
    List<Future<Reply>> futures = new ArrayList<>();
    for (Asked asked : batch) {
      futures.add(calls.submit(() -> reply(asked)));
    }
    try {
      List<Reply> replies = new ArrayList<>();
      for (Future<Reply> future : futures) {
        replies.add(await(future, cancelled));
      }
      return replies;
    } finally {
      futures.forEach(future -> future.cancel(true));
    }
  }

  private void resolveVersion() {
    String version = settings.version();
    if (ours || version.isEmpty()) {
      return;
    }
    ours = version.equals(BASE) || isVersion.test(version);
    if (!ours && !warned) {
      warned = true;
      log.warn(
          "generate.openai.version is {}, which models.v1 does not know: what {} writes counts as a teacher's until it does",
          version,
          settings.model());
    }
  }

  private Reply reply(Asked asked) {
    if (asked.request().getKind() == GenerationKind.SCORE) {
      return signed(
          asked.refused(
              "SCORE is not supported by this server: it gives no log-probabilities of given texts"));
    }
    Optional<String> fault = asked.fault();
    if (fault.isPresent()) {
      return signed(asked.refused(fault.get()));
    }
    try {
      if (!spending.pause().isZero()) {
        return new Reply.NotNow("generate.openai.costPerDay is spent");
      }
      ChatResponse response = guard.call(() -> chat.ask(asked));
      GenerationResult.Builder result = chat.result(asked, response);
      spending.add(result.getCost());
      return signed(new Reply.Done(result.build()));
    } catch (RuntimeException e) {
      if (Guard.isUnusable(e)) {
        throw new UnusableBackendException(
            "the server at %s does not let us in, or does not serve %s: check generate.openai.apiKeyFile or apiKeyVariable, baseUrl and model"
                .formatted(settings.baseUrl(), settings.model()),
            e);
      }
      String why = "%s: %s".formatted(e.getClass().getSimpleName(), e.getMessage());
      return Guard.isRefusal(e)
          ? signed(asked.refused("the server refused: " + why))
          : new Reply.NotNow(why);
    }
  }

  private Reply signed(Reply reply) {
    return reply instanceof Reply.Done done
        ? new Reply.Done(
            GenerationResult.newBuilder(done.result()).setModel(model()).setOurs(ours).build())
        : reply;
  }

  private static Reply await(Future<Reply> future, BooleanSupplier cancelled) {
    while (true) {
      try {
        return future.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (cancelled.getAsBoolean()) {
          return new Reply.NotNow("this worker stops");
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException known
            ? known
            : new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Reply.NotNow("interrupted");
      }
    }
  }

  @Override
  public Duration pause() {
    Duration budget = spending.pause();
    return budget.isZero() ? guard.pause() : budget;
  }

  /** Our version, once it is known to be ours; until then the name the server gives its model. */
  @Override
  public String model() {
    return ours ? settings.version() : settings.model();
  }

  @Override
  public void close() {
    calls.shutdownNow();
  }
}
