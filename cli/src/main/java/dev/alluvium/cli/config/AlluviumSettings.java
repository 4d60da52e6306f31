package dev.alluvium.cli.config;

import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.streams.config.CurateSettings;
import dev.alluvium.streams.config.DashboardSettings;
import dev.alluvium.streams.config.MixSettings;
import dev.alluvium.streams.config.S3ftSettings;
import dev.alluvium.streams.config.StreamsSettings;
import dev.alluvium.streams.config.WatchSettings;
import dev.alluvium.trainer.config.GenerateSettings;
import dev.alluvium.trainer.config.TrainSettings;
import java.util.Map;

/**
 * All settings of all commands. Its components, down to the leaves, are the known keys; a map takes
 * any key below it.
 *
 * @param namespace prefix of topics, groups and ids; empty for none
 * @param kafka Kafka client settings, untouched; a few are refused
 * @param topics how topics are created
 * @param streams how the stream processors run
 * @param curate how pairs are judged
 * @param s3ft how targets are chosen
 * @param mix how windows are mixed
 * @param watch what is watched for drift
 * @param dashboard where dashboard, metrics and health are served
 * @param judges which judges there are and who is asked
 * @param train how the trainer works
 * @param generate how generation workers work
 * @param publish how servers follow the version that answers
 * @param http where the other services serve metrics and health
 * @param log how every process logs
 */
public record AlluviumSettings(
    String namespace,
    Map<String, String> kafka,
    TopicsSettings topics,
    StreamsRuntimeSettings streams,
    CurateSettings curate,
    S3ftSettings s3ft,
    MixSettings mix,
    WatchSettings watch,
    DashboardSettings dashboard,
    JudgeSettings judges,
    TrainSettings train,
    GenerateSettings generate,
    PublishSettings publish,
    HttpSettings http,
    LogSettings log) {

  /** Refuses mixture rules that contradict each other. */
  public AlluviumSettings {
    mix.rules();
  }

  /** Where the cluster is and how to speak to it. */
  public KafkaSettings cluster() {
    return new KafkaSettings(kafka);
  }

  /** Everything the stream processors can be told. */
  public StreamsSettings streamProcessors() {
    return streams.with(curate, s3ft, judges, mix, watch);
  }

  /** The namespace alone: values may be secret. */
  @Override
  public String toString() {
    return "AlluviumSettings[namespace=%s]".formatted(namespace);
  }
}
