package dev.alluvium.streams;

import dev.alluvium.judges.JudgeTools;
import dev.alluvium.judges.Judges;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.config.StreamsSettings;
import dev.alluvium.streams.curate.CurateTopology;
import dev.alluvium.streams.mix.MixTopology;
import dev.alluvium.streams.registry.Registries;
import dev.alluvium.streams.runtime.Application;
import dev.alluvium.streams.runtime.ApplicationState;
import dev.alluvium.streams.runtime.ClientSettings;
import dev.alluvium.streams.watch.WatchTopology;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.message.SchemaStore;
import org.apache.kafka.streams.Topology;

/** The stream processors of a namespace: curate, mix and watch, each an application of its own. */
public final class StreamsApp implements AutoCloseable {
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(30);

  private static final String CURATE = "curate";

  private final List<Application> applications;

  /**
   * Prepares them; nothing is contacted before {@link #start}. The catalogue's topics must exist by
   * then.
   *
   * @param schemas where readers find the schema a record was written with
   * @throws IllegalArgumentException when {@code curate.registry} names no registry, or the
   *     settings name a judge or a prompt file that cannot be used
   */
  public StreamsApp(
      StreamsSettings settings, KafkaSettings kafka, Topics topics, SchemaStore schemas) {
    this.applications =
        topologies(settings, topics, schemas).entrySet().stream()
            .map(one -> application(one.getKey(), one.getValue(), settings, kafka, topics))
            .toList();
  }

  /** The topologies of these settings, by role, in the order of the flow. */
  static Map<String, Topology> topologies(
      StreamsSettings settings, Topics topics, SchemaStore schemas) {
    Map<String, Topology> topologies = new LinkedHashMap<>();
    topologies.put(
        CURATE,
        new CurateTopology(
                settings.curate(),
                settings.s3ft(),
                new Judges(
                    settings.judges(), new JudgeTools(settings.judges().sandbox().toSandbox())),
                topics,
                schemas,
                Registries.open(settings.curate().registry()))
            .build());
    topologies.put("mix", new MixTopology(settings.mix(), topics, schemas).build());
    if (settings.watch().enabled()) {
      topologies.put("watch", new WatchTopology(settings.watch(), topics, schemas).build());
    }
    return topologies;
  }

  private static Application application(
      String role,
      Topology topology,
      StreamsSettings settings,
      KafkaSettings kafka,
      Topics topics) {
    String id = topics.id(role);
    return new Application(
        id, topology, ClientSettings.of(id, threads(role, settings), settings, kafka));
  }

  /** One task has one thread; curate has as many as it is told. */
  static int threads(String role, StreamsSettings settings) {
    return role.equals(CURATE) ? settings.threads() : 1;
  }

  /** Starts them. */
  public void start() {
    applications.forEach(Application::start);
  }

  /** The state of each, by application id. */
  public Map<String, ApplicationState> states() {
    return applications.stream()
        .collect(Collectors.toUnmodifiableMap(Application::name, Application::state));
  }

  /** What Kafka Streams measures in each. */
  public List<MeterBinder> meters() {
    return applications.stream().map(Application::meters).toList();
  }

  /** Whether all run now. */
  public boolean isRunning() {
    return applications.stream().allMatch(Application::isRunning);
  }

  /**
   * Completes when all are closed; fails, with the cause, as soon as one gave up. A caller then
   * closes the others and exits.
   */
  public CompletableFuture<Void> stopped() {
    CompletableFuture<Void> closed = all(Application::stopped);
    return CompletableFuture.anyOf(
            Stream.concat(Stream.of(closed), applications.stream().map(Application::failed))
                .toArray(CompletableFuture<?>[]::new))
        .thenRun(() -> {});
  }

  private CompletableFuture<Void> all(Function<Application, CompletableFuture<Void>> fate) {
    return CompletableFuture.allOf(
        applications.stream().map(fate).toArray(CompletableFuture<?>[]::new));
  }

  /** Stops them; false when they did not stop in time. */
  public boolean close(Duration timeout) {
    Instant deadline = Instant.now().plus(timeout);
    boolean stopped = true;
    for (Application application : applications) {
      Duration left = Duration.between(Instant.now(), deadline);
      stopped &= application.close(left.isNegative() ? Duration.ZERO : left);
    }
    return stopped;
  }

  @Override
  public void close() {
    close(CLOSE_WITHIN);
  }
}
