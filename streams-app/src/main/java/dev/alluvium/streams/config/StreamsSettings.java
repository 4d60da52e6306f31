package dev.alluvium.streams.config;

import dev.alluvium.judges.JudgeSettings;
import java.time.Duration;

/**
 * Everything the stream processors can be told.
 *
 * @param stateDir directory of the state stores, kept between runs
 * @param threads threads of curate; mix has one task and so one thread
 * @param commitInterval how often a transaction is committed: the delay of everything downstream
 * @param standbys warm copies of each state store on other instances
 * @param replicationFactor copies of each partition of the internal topics; -1 for the broker's
 *     default
 * @param curate how pairs are judged
 * @param s3ft how targets are chosen
 * @param judges who judges a model's texts
 * @param mix how windows are mixed
 * @param watch what is watched for drift
 */
public record StreamsSettings(
    String stateDir,
    int threads,
    Duration commitInterval,
    int standbys,
    int replicationFactor,
    CurateSettings curate,
    S3ftSettings s3ft,
    JudgeSettings judges,
    MixSettings mix,
    WatchSettings watch) {

  private static final Duration MIN_COMMIT = Duration.ofMillis(10);

  /** Half of the transaction timeout Kafka Streams works with. */
  private static final Duration MAX_COMMIT = Duration.ofSeconds(5);

  /** Checks every value. */
  public StreamsSettings {
    Require.notBlank("streams.stateDir", stateDir);
    Require.within("streams.threads", threads, 1, 64);
    Require.within("streams.commitInterval", commitInterval, MIN_COMMIT, MAX_COMMIT);
    Require.within("streams.standbys", standbys, 0, 3);
    Require.that(
        replicationFactor == -1 || (replicationFactor >= 1 && replicationFactor <= Short.MAX_VALUE),
        "streams.replicationFactor is %d: expected -1 or 1 and more".formatted(replicationFactor));
    mix.rules();
  }

  /** One thread, commits every 100 ms, no standbys, the broker's replication. */
  public static StreamsSettings defaults(String stateDir) {
    return new StreamsSettings(
        stateDir,
        1,
        Duration.ofMillis(100),
        0,
        -1,
        CurateSettings.defaults(),
        S3ftSettings.defaults(),
        JudgeSettings.DEFAULT,
        MixSettings.defaults(),
        WatchSettings.defaults());
  }
}
