package dev.alluvium.cli.publish;

import dev.alluvium.cli.config.PublishSettings;
import dev.alluvium.schemas.client.ClientListener;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.generate.openai.ApiKey;
import dev.alluvium.trainer.release.CurrentFile;
import dev.alluvium.trainer.release.VersionFollower;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The publisher process: wires the parts and goes round, for ever or once. */
final class Publishing {
  private static final Logger log = LoggerFactory.getLogger(Publishing.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration REST = Duration.ofMillis(100);

  private final PublishSettings settings;
  private final Naming naming;
  private final CurrentFile current;
  private final Optional<String> key;
  private final KafkaSettings kafka;
  private final Topics topics;
  private final PublisherHealth health;
  private final ClientListener clients;

  /**
   * A publisher of a namespace, not started yet.
   *
   * @param environment variables of the process, where the key may be
   * @param health told of every round
   * @param clients told of the clients
   * @throws IllegalArgumentException when there is no server, or no key where the settings say
   */
  Publishing(
      PublishSettings settings,
      TrainSettings train,
      KafkaSettings kafka,
      Topics topics,
      Map<String, String> environment,
      PublisherHealth health,
      ClientListener clients) {
    if (settings.urls().isEmpty()) {
      throw new IllegalArgumentException(
          "publish.servers is empty: expected one or more, such as http://gpu-1:8000/v1");
    }
    Path store = Path.of(train.store());
    this.settings = settings;
    this.kafka = kafka;
    this.topics = topics;
    this.health = health;
    this.clients = clients;
    this.naming = new Naming(settings.prefix(), store, settings.storeOnServer());
    this.current =
        new CurrentFile(
            settings.current().isEmpty()
                ? store.resolve(topics.id("train")).resolve("current.json")
                : Path.of(settings.current()));
    this.key =
        ApiKey.read("publish", settings.apiKeyFile(), settings.apiKeyVariable(), environment);
  }

  /** Follows the version that answers until told to stop. */
  void run(BooleanSupplier stop) {
    try (VersionFollower versions = new VersionFollower(kafka, topics);
        Publisher publisher = publisher(versions)) {
      clients.opened(versions::metrics);
      boolean told = false;
      while (!stop.getAsBoolean()) {
        try {
          long begin = System.nanoTime();
          Optional<PublishReport> report = publisher.round(stop);
          health.went(Duration.ofNanos(System.nanoTime() - begin), report);
          told = false;
        } catch (UncheckedIOException e) { // a disk that is full or away may come back
          if (!told) {
            log.warn("{}, and is tried again: {}", e.getMessage(), String.valueOf(e.getCause()));
          }
          told = true;
        }
        rest(settings.every(), stop);
      }
    }
  }

  /**
   * Brings the servers to the version that answers now, with {@code publish.attempts} trials each.
   * What is still to be drained stays for the next time.
   *
   * @return what came of it; nothing when told to stop before, or when models.v1 cannot be read
   */
  Optional<PublishReport> once(BooleanSupplier stop) {
    try (VersionFollower versions = new VersionFollower(kafka, topics);
        Publisher publisher = publisher(versions)) {
      boolean switched = false;
      for (int unread = 0; unread < settings.attempts() && !stop.getAsBoolean(); ) {
        Optional<PublishReport> report = publisher.round(stop);
        switched |= report.filter(PublishReport::switched).isPresent();
        if (report.isPresent() && publisher.isSettled()) {
          boolean everSwitched = switched;
          return report.map(last -> last.withSwitched(everSwitched));
        }
        unread += report.isPresent() ? 0 : 1;
        rest(REST, stop);
      }
      return Optional.empty();
    }
  }

  private Publisher publisher(VersionFollower versions) {
    return new Publisher(
        settings,
        key,
        naming,
        current,
        versions::all,
        InstantSource.system(),
        Publisher.trials(FIRST_PAUSE, LONGEST_PAUSE));
  }

  private static void rest(Duration atMost, BooleanSupplier stop) {
    long end = System.nanoTime() + atMost.toNanos();
    while (System.nanoTime() - end < 0 && !stop.getAsBoolean()) {
      LockSupport.parkNanos(Math.min(REST.toNanos(), Math.max(1, end - System.nanoTime())));
    }
  }
}
