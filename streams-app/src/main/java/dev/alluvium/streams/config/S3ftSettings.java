package dev.alluvium.streams.config;

import java.time.Duration;

/**
 * How the target of a pair is chosen: S3FT (arXiv 2502.08130) and its relatives.
 *
 * @param mode {@code s3ft}: the model's own right answer, else its own right paraphrase of gold,
 *     else gold; {@code sdft}: paraphrase, else gold (arXiv 2402.13669); {@code self-only}: answer,
 *     else gold; {@code off}: gold
 * @param whenBusy what a pair does that no request can be written for: {@code wait}, or take {@code
 *     gold}
 * @param maxInFlight requests a task has out at a time
 * @param backlogMiB most that a task keeps of pairs that wait; beyond it they take gold
 * @param deadline how long a worker may have a request in hand before it is written again
 * @param attempts how often a request is written before the pair takes gold
 * @param maxTokens most tokens of an answer or a paraphrase
 * @param temperature of sampling; 0 takes the most likely token
 * @param seed of sampling; each pair draws from it and its id
 * @param scored share of the model's targets that are scored beside gold, 0 to 1
 * @param teacher what becomes of texts of models that are not ours: {@code refuse} or {@code allow}
 * @param prompts directory of prompt files, or empty for the built-in ones
 */
public record S3ftSettings(
    String mode,
    String whenBusy,
    int maxInFlight,
    int backlogMiB,
    Duration deadline,
    int attempts,
    int maxTokens,
    double temperature,
    long seed,
    double scored,
    String teacher,
    String prompts) {
  /** How targets are chosen. */
  public enum Mode {
    S3FT,
    SDFT,
    SELF_ONLY,
    OFF
  }

  /** What happens when no request can be written. */
  public enum WhenBusy {
    WAIT,
    GOLD
  }

  /** What becomes of texts of other models. */
  public enum Teacher {
    REFUSE,
    ALLOW
  }

  /** Checks every value. */
  public S3ftSettings {
    Require.oneOf("s3ft.mode", mode, Mode.values());
    Require.oneOf("s3ft.whenBusy", whenBusy, WhenBusy.values());
    Require.oneOf("s3ft.teacher", teacher, Teacher.values());
    Require.within("s3ft.maxInFlight", maxInFlight, 1, 10_000);
    Require.within("s3ft.backlogMiB", backlogMiB, 0, 1 << 20);
    Require.within("s3ft.deadline", deadline, Duration.ofSeconds(1), Duration.ofDays(1));
    Require.within("s3ft.attempts", attempts, 1, 10);
    Require.within("s3ft.maxTokens", maxTokens, 1, 1 << 16);
    Require.that(
        temperature >= 0 && temperature <= 10,
        "s3ft.temperature is %s: expected 0 to 10".formatted(temperature));
    Require.that(
        scored >= 0 && scored <= 1, "s3ft.scored is %s: expected 0 to 1".formatted(scored));
    prompts = prompts.strip();
  }

  /** S3FT with greedy answers of at most 512 tokens; pairs wait for workers. */
  public static S3ftSettings defaults() {
    return new S3ftSettings(
        "s3ft", "wait", 64, 1024, Duration.ofMinutes(2), 3, 512, 0, 1, 0.05, "refuse", "");
  }

  /** No model is asked. */
  public static S3ftSettings off() {
    return defaults().withMode("off");
  }

  /** The same in another mode. */
  public S3ftSettings withMode(String other) {
    return new S3ftSettings(
        other,
        whenBusy,
        maxInFlight,
        backlogMiB,
        deadline,
        attempts,
        maxTokens,
        temperature,
        seed,
        scored,
        teacher,
        prompts);
  }

  /** How targets are chosen. */
  public Mode chosenMode() {
    return Require.oneOf("s3ft.mode", mode, Mode.values());
  }

  /** Whether a pair waits while no request can be written for it. */
  public boolean waitsWhenBusy() {
    return Require.oneOf("s3ft.whenBusy", whenBusy, WhenBusy.values()) == WhenBusy.WAIT;
  }

  /** Whether texts of other models may be trained. */
  public boolean allowsTeacher() {
    return Require.oneOf("s3ft.teacher", teacher, Teacher.values()) == Teacher.ALLOW;
  }
}
