package dev.alluvium.streams.metrics;

/**
 * The catalogue of what only a process itself knows: every metric, once, with what it means. Counts
 * and times begin with the process. {@code docs/reference/metrics.md} is made from it.
 */
public enum ProcessMetric implements Described {
  /** Alive. */
  LIVE("live", "", "1 while /health/live says 200, else 0."),
  /** Ready. */
  READY("ready", "", "1 while /health/ready says 200, else 0."),

  /** Commits. */
  TRAINER_COMMITS(
      "trainer_commits_total",
      "commits",
      "Commits of trained windows, without those that end a cycle."),
  /** Time of commits. */
  TRAINER_COMMIT_TIME(
      "trainer_commit_seconds_total",
      "seconds",
      "Time of these commits: checkpoint, transaction and tidying."),
  /** The last one. */
  TRAINER_LAST_COMMIT(
      "trainer_last_commit_seconds", "seconds", "Time that the last of them took; 0 before it."),
  /** Lease. */
  TRAINER_HEARTBEAT_AGE(
      "trainer_heartbeat_age_seconds",
      "seconds",
      "Time since the lease was last confirmed; there once it has been."),
  /** Window. */
  TRAINER_WINDOW(
      "trainer_window", "", "Number of the window that is being trained; 0 while none is."),
  /** Its time. */
  TRAINER_WINDOW_TIME(
      "trainer_window_seconds",
      "seconds",
      "How long that window has been trained so far; 0 while none is."),
  /** Windows. */
  TRAINER_WINDOWS(
      "trainer_windows_total",
      "windows",
      "Windows gone through, by how it ended: done, or one of failed, loss_spike and too_far, which"
          + " put it into quarantine, or stopped.",
      "end"),

  /** Requests. */
  WORKER_REQUESTS(
      "worker_requests_total",
      "requests",
      "Requests a worker is done with, by what became of them: answered, error, released (given back) or dead_letter.",
      "outcome"),
  /** Tokens. */
  WORKER_TOKENS("worker_tokens_total", "tokens", "Tokens generated."),
  /** Batches. */
  WORKER_BATCHES("worker_batches_total", "batches", "Batches answered."),
  /** Time of batches. */
  WORKER_BATCH_TIME(
      "worker_batch_seconds_total", "seconds", "Time from taking these batches to their results."),
  /** The last one. */
  WORKER_LAST_BATCH(
      "worker_last_batch_seconds", "seconds", "Time that the last batch took; 0 before it."),
  /** Its size. */
  WORKER_LAST_BATCH_SIZE(
      "worker_last_batch_requests", "requests", "Requests in the last batch; 0 before it."),
  /** In hand. */
  WORKER_IN_HAND("worker_requests_in_hand", "requests", "Requests being answered now."),
  /** Loads. */
  WORKER_LOADS(
      "worker_model_loads_total",
      "versions",
      "Times another version was loaded to answer, by outcome: loaded or failed.",
      "outcome"),
  /** Paused. */
  WORKER_PAUSED(
      "worker_paused",
      "",
      "1 while no requests are taken because the server is best left alone, else 0."),
  /** Version. */
  WORKER_VERSION(
      "worker_version",
      "",
      "Number of the version that answers; 0 for the base model, or one that is none of ours."),

  /** Rounds. */
  PUBLISHER_ROUNDS("publisher_rounds_total", "rounds", "Looks at models.v1 and the servers."),
  /** Time of rounds. */
  PUBLISHER_ROUND_TIME(
      "publisher_round_seconds_total",
      "seconds",
      "Time of these looks, with what they brought about."),
  /** The last one. */
  PUBLISHER_LAST_ROUND(
      "publisher_last_round_seconds", "seconds", "Time that the last look took; 0 before it."),
  /** Switches. */
  PUBLISHER_SWITCHES(
      "publisher_switches_total", "versions", "Times another version was published."),
  /** Servers. */
  PUBLISHER_SERVERS(
      "publisher_servers",
      "servers",
      "Servers by how they are to the version that is to answer: serving, away, failed, given_up or not_asked.",
      "state"),
  /** Version. */
  PUBLISHER_VERSION(
      "publisher_version", "", "Number of the version that is to answer; 0 for the base model.");

  private final Description description;

  ProcessMetric(String name, String unit, String meaning, String... labels) {
    this.description = Description.ours(name, unit, meaning, labels);
  }

  @Override
  public Description description() {
    return description;
  }
}
