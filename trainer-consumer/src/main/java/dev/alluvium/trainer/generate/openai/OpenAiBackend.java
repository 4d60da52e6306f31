package dev.alluvium.trainer.generate.openai;

import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.trainer.config.OpenAiSettings;
import dev.alluvium.trainer.generate.backend.Asked;
import dev.alluvium.trainer.generate.backend.Backend;
import dev.alluvium.trainer.generate.backend.Reply;
import dev.alluvium.trainer.generate.backend.UnusableBackendException;
import dev.alluvium.trainer.generate.openai.ServedModel.Named;
import dev.langchain4j.exception.ModelNotFoundException;
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

/**
 * A server that speaks OpenAI's interface. Its text counts as our model's own only when the
 * settings, or a publisher's file, say which of our versions it serves, and models.v1 knows that
 * version.
 */
public final class OpenAiBackend implements Backend {
  private static final long LOOK_MILLIS = 100;

  private final OpenAiSettings settings;
  private final Chat chat;
  private final Guard guard;
  private final Spending spending;
  private final ServedModel served;
  private final ExecutorService calls;
  private volatile Named named;

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
    this.served = new ServedModel(settings, isVersion);
    this.named = served.first();
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
    Optional<Named> now = served.now();
    if (now.isEmpty()) {
      String why = "%s does not say what answers".formatted(settings.current());
      return batch.stream().<Reply>map(asked -> new Reply.NotNow(why)).toList();
    }
    named = now.get();
    List<Future<Reply>> futures = new ArrayList<>();
    for (Asked asked : batch) {
      futures.add(calls.submit(() -> reply(asked, now.get())));
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

  private Reply reply(Asked asked, Named model) {
    if (asked.request().getKind() == GenerationKind.SCORE) {
      return signed(
          model,
          asked.refused(
              "SCORE is not supported by this server: it gives no log-probabilities of given texts"));
    }
    Optional<String> fault = asked.fault();
    if (fault.isPresent()) {
      return signed(model, asked.refused(fault.get()));
    }
    try {
      if (!spending.pause().isZero()) {
        return new Reply.NotNow("generate.openai.costPerDay is spent");
      }
      ChatResponse response = guard.call(() -> chat.ask(asked, model.model()));
      GenerationResult.Builder result = chat.result(asked, response);
      spending.add(result.getCost());
      return signed(model, new Reply.Done(result.build()));
    } catch (RuntimeException e) {
      if (Guard.isUnusable(e) && !isUnloaded(e)) {
        throw new UnusableBackendException(
            "the server at %s does not let us in, or does not serve %s: check generate.openai.apiKeyFile or apiKeyVariable, baseUrl and model"
                .formatted(settings.baseUrl(), model.model()),
            e);
      }
      String why = "%s: %s".formatted(e.getClass().getSimpleName(), e.getMessage());
      return Guard.isRefusal(e)
          ? signed(model, asked.refused("the server refused: " + why))
          : new Reply.NotNow(why);
    }
  }

  /** Whether another model answers by now than the file said before this batch. */
  private boolean isUnloaded(RuntimeException failure) {
    return !settings.current().isEmpty() && failure instanceof ModelNotFoundException;
  }

  private static Reply signed(Named model, Reply reply) {
    return reply instanceof Reply.Done done
        ? new Reply.Done(
            GenerationResult.newBuilder(done.result())
                .setModel(model.shown())
                .setOurs(model.ours())
                .build())
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
    return named.shown();
  }

  @Override
  public void close() {
    calls.shutdownNow();
  }
}
