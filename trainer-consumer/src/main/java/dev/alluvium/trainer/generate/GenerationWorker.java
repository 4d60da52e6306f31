package dev.alluvium.trainer.generate;

import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.trainer.generate.backend.Asked;
import dev.alluvium.trainer.generate.backend.Backend;
import dev.alluvium.trainer.generate.backend.Reply;
import dev.alluvium.trainer.generate.work.Delivery;
import dev.alluvium.trainer.generate.work.WorkSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's day: take requests, say so, have them answered, write the results, give the requests
 * up. The thread that runs it owns the source and keeps what it has taken, while another thread
 * calculates. A request is given up only when its result is written, so results may come twice but
 * never not at all.
 */
final class GenerationWorker {
  private static final Logger log = LoggerFactory.getLogger(GenerationWorker.class);
  private static final Duration IDLE = Duration.ofMillis(500);
  private static final Duration TICK = Duration.ofMillis(200);

  /** After a request was given back it would come again at once. */
  private static final Duration AFTER_RELEASE = Duration.ofSeconds(1);

  /** A worker that is told to stop finishes its batch if that takes no longer. */
  private static final Duration DRAIN = Duration.ofSeconds(20);

  private final WorkSource source;
  private final Requests requests;
  private final Results results;
  private final Backend backend;
  private final Desk desk;
  private final Executor calculation;
  private final Duration betweenRenewals;
  private final Consumer<WorkerStats> listener;
  private final AtomicLong calculatedAt = new AtomicLong();
  private WorkerStats stats = WorkerStats.none();
  private Batches batches = stats.batches();

  /**
   * A worker over open resources; the caller closes them.
   *
   * @param calculation the one thread that owns the backend
   * @param lock how long requests stay here without a renewal
   */
  GenerationWorker(
      WorkSource source,
      Requests requests,
      Results results,
      Backend backend,
      Desk desk,
      Executor calculation,
      Duration lock,
      Consumer<WorkerStats> listener) {
    this.source = source;
    this.requests = requests;
    this.results = results;
    this.backend = backend;
    this.desk = desk;
    this.calculation = calculation;
    this.betweenRenewals = lock.dividedBy(3);
    this.listener = listener;
  }

  /** A request in hand, where it came from, and what came of it. */
  private record Job(Delivery delivery, Asked asked) {}

  /**
   * Works until told to stop.
   *
   * @throws dev.alluvium.trainer.generate.backend.UnusableBackendException when nothing can be
   *     answered until a person has changed something
   * @throws IllegalStateException when results cannot be written
   */
  void run(BooleanSupplier stop) {
    while (!stop.getAsBoolean()) {
      boolean paused = !backend.pause().isZero();
      if (paused) {
        rest(TICK);
        source.renew();
      } else {
        List<Delivery> taken = source.take(IDLE);
        if (!taken.isEmpty() && work(taken, stop) > 0 && !stop.getAsBoolean()) {
          rest(AFTER_RELEASE);
        }
      }
      tell(0, 0, 0, 0, 0, paused);
    }
  }

  /** Returns how many were given back. */
  private int work(List<Delivery> taken, BooleanSupplier stop) {
    List<Delivery> done = new ArrayList<>();
    List<Delivery> released = new ArrayList<>();
    List<CompletableFuture<Void>> writes = new ArrayList<>();
    List<Job> jobs = sort(taken, done, released, writes);
    tell(0, 0, 0, done.size(), 0, false);
    for (Job job : jobs) {
      writes.add(write(job, job.asked().result(FinishReason.STARTED).build()));
    }
    AtomicBoolean cancelled = new AtomicBoolean();
    long begin = System.nanoTime();
    batches = batches.taken(jobs.size());
    calculatedAt.set(begin);
    CompletableFuture<List<Reply>> answering =
        CompletableFuture.supplyAsync(() -> calculate(jobs, cancelled), calculation);
    List<Reply> replies = await(answering, stop, cancelled);
    for (int i = 0; i < jobs.size(); i++) {
      Job job = jobs.get(i);
      if (replies.get(i) instanceof Reply.NotNow notNow && !lastCall(job, stop)) {
        log.info(
            "request {} is given back: {}", job.asked().request().getRequestId(), notNow.why());
        released.add(job.delivery());
      } else {
        writes.add(write(job, timed(job, replies.get(i))));
        done.add(job.delivery());
      }
    }
    CompletableFuture<Void> written =
        CompletableFuture.allOf(writes.toArray(CompletableFuture<?>[]::new));
    await(written, () -> false, cancelled);
    source.settle(done, released);
    batches = batches.done(Duration.ofNanos(System.nanoTime() - begin));
    tell(0, 0, released.size(), 0, 0, false);
    return released.size();
  }

  /** In the thread that calculates; what asks whether to go on says that it does. */
  private List<Reply> calculate(List<Job> jobs, AtomicBoolean cancelled) {
    return desk.answer(
        jobs.stream().map(Job::asked).toList(),
        () -> {
          calculatedAt.set(System.nanoTime());
          return cancelled.get();
        });
  }

  private List<Job> sort(
      List<Delivery> taken,
      List<Delivery> done,
      List<Delivery> released,
      List<CompletableFuture<Void>> writes) {
    List<Job> jobs = new ArrayList<>();
    for (Delivery delivery : taken) {
      Requests.Read read = requests.read(delivery);
      if (read instanceof Requests.Request readable) {
        int replyTo = readable.asked().request().getReplyTo();
        if (results.has(replyTo)) {
          jobs.add(new Job(delivery, readable.asked()));
        } else {
          String detail = "replyTo is %d: there is no such partition of the results";
          writes.add(deadLetter(delivery, "no_such_partition", detail.formatted(replyTo)));
          done.add(delivery);
        }
      } else if (read instanceof Requests.Unreadable unreadable) {
        writes.add(deadLetter(delivery, unreadable.reason(), unreadable.detail()));
        done.add(delivery);
      } else {
        log.warn("a request is given back: {}", ((Requests.Unknown) read).why());
        released.add(delivery);
      }
    }
    return jobs;
  }

  /** Given back once more, the request would be lost: its asker must hear of it. */
  private static boolean lastCall(Job job, BooleanSupplier stop) {
    return job.delivery().last() && !stop.getAsBoolean();
  }

  private CompletableFuture<Void> deadLetter(Delivery delivery, String reason, String detail) {
    log.error(
        "{}-{}@{} is no usable request ({}): {}",
        delivery.record().topic(),
        delivery.record().partition(),
        delivery.record().offset(),
        reason,
        detail);
    return results.deadLetter(delivery, reason, detail);
  }

  private CompletableFuture<Void> write(Job job, GenerationResult result) {
    return results.write(result, job.asked().request().getReplyTo());
  }

  private GenerationResult timed(Job job, Reply reply) {
    GenerationResult result =
        reply instanceof Reply.Done settled
            ? settled.result()
            : job.asked()
                .result(FinishReason.LATER)
                .setError(
                    "given up after %d deliveries: %s"
                        .formatted(Delivery.MOST, ((Reply.NotNow) reply).why()))
                .build();
    boolean error =
        result.getFinish() == FinishReason.ERROR || result.getFinish() == FinishReason.LATER;
    tell(error ? 0 : 1, error ? 1 : 0, 0, 0, result.getTokenIds().size(), false);
    Duration since = Duration.ofNanos(System.nanoTime() - job.delivery().at());
    return GenerationResult.newBuilder(result).setLatencyMillis(since.toMillis()).build();
  }

  /** Waits, and meanwhile keeps what is in hand; a stop leaves the calculation some time. */
  private <T> T await(CompletableFuture<T> work, BooleanSupplier stop, AtomicBoolean cancelled) {
    long renewAt = System.nanoTime() + betweenRenewals.toNanos();
    long cutOffAt = Long.MAX_VALUE;
    while (true) {
      try {
        return work.get(TICK.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        long now = System.nanoTime();
        if (now - renewAt >= 0) {
          source.renew();
          renewAt = now + betweenRenewals.toNanos();
        }
        batches = batches.moved(calculatedAt.get());
        tell(0, 0, 0, 0, 0, false);
        if (stop.getAsBoolean() && cutOffAt == Long.MAX_VALUE) {
          cutOffAt = now + DRAIN.toNanos();
        }
        if (cutOffAt != Long.MAX_VALUE && now - cutOffAt >= 0) {
          cancelled.set(true);
        }
      } catch (ExecutionException e) {
        throw failure(e);
      } catch (InterruptedException e) {
        cancelled.set(true);
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted; the requests in hand are given back", e);
      }
    }
  }

  private static RuntimeException failure(ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException known && !(cause instanceof CompletionException)
        ? known
        : new IllegalStateException(
            "results cannot be written; the requests in hand are given back", e.getCause());
  }

  private void tell(
      long answered, long errors, long released, long deadLetters, long tokens, boolean paused) {
    stats =
        new WorkerStats(
            stats.answered() + answered,
            stats.errors() + errors,
            stats.released() + released,
            stats.deadLetters() + deadLetters,
            stats.tokens() + tokens,
            backend.model(),
            paused,
            batches,
            backend.loads());
    listener.accept(stats);
  }

  private static void rest(Duration duration) {
    LockSupport.parkNanos(duration.toNanos());
  }
}
