package dev.alluvium.trainer.generate;

import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.schemas.client.ClientListener;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.trainer.config.GenerateSettings;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.generate.backend.Backend;
import dev.alluvium.trainer.generate.execute.Execution;
import dev.alluvium.trainer.generate.local.LocalBackend;
import dev.alluvium.trainer.generate.openai.OpenAiBackend;
import dev.alluvium.trainer.generate.work.GroupWork;
import dev.alluvium.trainer.generate.work.ShareWork;
import dev.alluvium.trainer.generate.work.WorkSource;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.release.VersionFollower;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The worker process: wires the parts and runs the worker. */
public final class Generation {
  private static final long PATIENCE_SECONDS = 10;

  private final GenerateSettings settings;
  private final TrainSettings train;
  private final JudgeSettings judges;
  private final KafkaSettings kafka;
  private final Topics topics;
  private final ClientListener clients;

  /**
   * A worker of a namespace, not started yet.
   *
   * @param clients told of the clients
   */
  public Generation(
      GenerateSettings settings,
      TrainSettings train,
      JudgeSettings judges,
      KafkaSettings kafka,
      Topics topics,
      ClientListener clients) {
    this.settings = settings;
    this.train = train;
    this.judges = judges;
    this.kafka = kafka;
    this.topics = topics;
    this.clients = clients;
  }

  /** The group all workers of a namespace belong to. */
  public static String group(Topics topics) {
    return topics.id("generate");
  }

  /**
   * Loads the backend and answers requests until told to stop.
   *
   * @param listener told of the numbers as they change, in the thread that runs this
   */
  public void run(BooleanSupplier stop, Consumer<WorkerStats> listener) {
    run(Optional.empty(), stop, listener);
  }

  /**
   * The same beside a trainer.
   *
   * @param frozen the trainer's base model, on which {@code local} then answers; nothing to load it
   */
  public void run(Optional<Decoder> frozen, BooleanSupplier stop, Consumer<WorkerStats> listener) {
    try (VersionFollower versions = new VersionFollower(kafka, topics)) {
      clients.opened(versions::metrics);
      run(() -> backend(frozen, versions), stop, listener);
    }
  }

  /** The same with any backend; it is made, asked and closed in a thread of its own. */
  public void run(Supplier<Backend> made, BooleanSupplier stop, Consumer<WorkerStats> listener) {
    ExecutorService calculation =
        Executors.newSingleThreadExecutor(task -> new Thread(task, "alluvium-generate"));
    try {
      Execution execution = new Execution(judges);
      execution.probe();
      Backend backend = call(calculation, made);
      try (Results results = new Results(kafka, topics);
          WorkSource source = source()) {
        clients.opened(results::metrics);
        clients.opened(source::metrics);
        new GenerationWorker(
                source,
                new Requests(topics.generationRequests()),
                results,
                backend,
                new Desk(backend, execution),
                calculation,
                settings.lock(),
                listener)
            .run(stop);
      } finally {
        call(
            calculation,
            () -> {
              backend.close();
              return true;
            });
      }
    } finally {
      end(calculation);
    }
  }

  private WorkSource source() {
    String topic = topics.generationRequests().name();
    return settings.shares()
        ? new ShareWork(kafka, topic, group(topics), settings.batch(), settings.lock())
        : new GroupWork(kafka, topic, group(topics), settings.batch());
  }

  private Backend backend(Optional<Decoder> frozen, VersionFollower versions) {
    if (!settings.local()) {
      return new OpenAiBackend(
          settings.openai(), System.getenv(), versions::knows, InstantSource.system());
    }
    int threads = settings.compute().threads();
    return frozen
        .map(decoder -> LocalBackend.on(decoder, train, threads, versions::serving))
        .orElseGet(() -> new LocalBackend(train, settings.compute(), versions::serving));
  }

  private static <T> T call(ExecutorService thread, Supplier<T> task) {
    try {
      return CompletableFuture.supplyAsync(task, thread).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw e;
    }
  }

  private static void end(ExecutorService calculation) {
    calculation.shutdown();
    try {
      boolean ended = calculation.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        calculation.shutdownNow();
      }
    } catch (InterruptedException e) {
      calculation.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
