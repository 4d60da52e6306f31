package dev.alluvium.cli.config;

import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.streams.config.CurateSettings;
import dev.alluvium.streams.config.MixSettings;
import dev.alluvium.streams.config.S3ftSettings;
import dev.alluvium.streams.config.StreamsSettings;
import dev.alluvium.streams.config.WatchSettings;
import java.time.Duration;

/**
 * How the stream processors run, whatever they do; {@code curate}, {@code s3ft}, {@code mix} and
 * {@code watch} are keys of their own.
 *
 * @param stateDir directory of the state stores, kept between runs
 * @param threads threads of curate
 * @param commitInterval how often a transaction is committed
 * @param standbys warm copies of each state store
 * @param replicationFactor copies of each partition of the internal topics
 */
public record StreamsRuntimeSettings(
    String stateDir, int threads, Duration commitInterval, int standbys, int replicationFactor) {

  /** Refuses what {@link StreamsSettings} refuses, already when the settings are read. */
  public StreamsRuntimeSettings {
    StreamsSettings checked =
        new StreamsSettings(
            stateDir,
            threads,
            commitInterval,
            standbys,
            replicationFactor,
            CurateSettings.defaults(),
            S3ftSettings.defaults(),
            JudgeSettings.DEFAULT,
            MixSettings.defaults(),
            WatchSettings.defaults());
    stateDir = checked.stateDir();
  }

  /** Together with what the processors do. */
  StreamsSettings with(
      CurateSettings curate,
      S3ftSettings s3ft,
      JudgeSettings judges,
      MixSettings mix,
      WatchSettings watch) {
    return new StreamsSettings(
        stateDir,
        threads,
        commitInterval,
        standbys,
        replicationFactor,
        curate,
        s3ft,
        judges,
        mix,
        watch);
  }
}
