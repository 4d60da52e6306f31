package dev.alluvium.trainer.generate.openai;

import dev.alluvium.trainer.config.OpenAiSettings;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.RequestNotPermitted;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before a server: spreads calls over the minute, repeats what may pass with growing, random
 * pauses, and leaves a server alone that fails every time. For any thread.
 */
final class Guard {
  private static final Logger log = LoggerFactory.getLogger(Guard.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration LONGEST_QUEUE = Duration.ofMinutes(5);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration OPEN_LOOK = Duration.ofMillis(100);
  private static final float EVERY_CALL = 100;

  private final CircuitBreaker breaker;
  private final Retry retry;
  private final Runnable queue;

  Guard(OpenAiSettings settings) {
    this.breaker = CircuitBreaker.of("openai", breaker(settings.breaker()));
    breaker
        .getEventPublisher()
        .onStateTransition(
            event -> log.warn("the server's breaker: {}", event.getStateTransition()));
    this.retry =
        Retry.of(
            "openai",
            RetryConfig.custom()
                .maxAttempts(settings.retries() + 1)
                .intervalFunction(
                    IntervalFunction.ofExponentialRandomBackoff(FIRST_PAUSE, 2, 0.5, LONGEST_PAUSE))
                .retryOnException(this::mayPass)
                .build());
    this.queue = limiter(settings.requestsPerMinute());
  }

  private static CircuitBreakerConfig breaker(OpenAiSettings.BreakerSettings settings) {
    return CircuitBreakerConfig.custom()
        .slidingWindowSize(settings.failures())
        .minimumNumberOfCalls(settings.failures())
        .failureRateThreshold(EVERY_CALL)
        .waitDurationInOpenState(settings.pause())
        .automaticTransitionFromOpenToHalfOpenEnabled(true) // nobody asks while it is open
        .permittedNumberOfCallsInHalfOpenState(1)
        .ignoreException(failure -> isRefusal(failure) || isUnusable(failure))
        .build();
  }

  /** One call each fraction of a minute, rather than all at its beginning. */
  private static Runnable limiter(int perMinute) {
    if (perMinute == 0) {
      return () -> {};
    }
    RateLimiter limiter =
        RateLimiter.of(
            "openai",
            RateLimiterConfig.custom()
                .limitForPeriod(1)
                .limitRefreshPeriod(MINUTE.dividedBy(perMinute))
                .timeoutDuration(LONGEST_QUEUE)
                .build());
    return () -> RateLimiter.waitForPermission(limiter);
  }

  /** Calls the server, again where that may help; throws what the last attempt threw. */
  <T> T call(Supplier<T> call) {
    Supplier<T> once =
        () -> {
          queue.run();
          return breaker.executeSupplier(call);
        };
    return retry.executeSupplier(once);
  }

  /** How long the server is left alone; zero when it can be called. */
  Duration pause() {
    return breaker.getState() == CircuitBreaker.State.OPEN ? OPEN_LOOK : Duration.ZERO;
  }

  private boolean mayPass(Throwable failure) {
    if (failure instanceof CallNotPermittedException) {
      return breaker.getState() != CircuitBreaker.State.OPEN; // another call tries it out
    }
    return !(isRefusal(failure)
        || isUnusable(failure)
        || failure instanceof RequestNotPermitted
        || Thread.currentThread().isInterrupted());
  }

  /** Whether the server wants nothing to do with this one request. */
  static boolean isRefusal(Throwable failure) {
    return failure instanceof InvalidRequestException
        || failure instanceof ContentFilteredException
        || failure instanceof UnsupportedFeatureException;
  }

  /** Whether no request will ever be answered as things are set. */
  static boolean isUnusable(Throwable failure) {
    return failure instanceof AuthenticationException || failure instanceof ModelNotFoundException;
  }
}
