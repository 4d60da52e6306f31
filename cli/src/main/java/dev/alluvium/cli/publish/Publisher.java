package dev.alluvium.cli.publish;

import dev.alluvium.cli.config.PublishSettings;
import dev.alluvium.cli.publish.ServerReport.State;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.trainer.release.CurrentFile;
import dev.alluvium.trainer.release.KnownVersions;
import dev.alluvium.trainer.release.Published;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps servers at the version that answers, round by round: brings every server there, then says
 * in the file that it answers, then unloads what has not answered for long enough. What was done
 * before is read from the servers and the file, so that a publisher that was killed goes on where
 * it was. Owned by one thread; servers are spoken to by one more each.
 */
final class Publisher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Publisher.class);
  private static final long LOOK_MILLIS = 50;
  private static final long PATIENCE_SECONDS = 5;

  private final PublishSettings settings;
  private final Naming naming;
  private final CurrentFile current;
  private final Supplier<Optional<KnownVersions>> versions;
  private final InstantSource clock;
  private final List<Replica> replicas = new ArrayList<>();
  private final List<String> urls;
  private final ExecutorService threads;

  /** Versions as they were when models.v1 was last read to its end. */
  private SortedMap<String, ModelVersion> known = new TreeMap<>();

  private Optional<Wanted> target = Optional.empty();

  private String told = "";

  /**
   * @param key what servers want to let us in
   * @param versions all there are by now; nothing when that cannot be told
   * @param newTrial how long to wait between trials of one thing
   */
  Publisher(
      PublishSettings settings,
      Optional<String> key,
      Naming naming,
      CurrentFile current,
      Supplier<Optional<KnownVersions>> versions,
      InstantSource clock,
      Supplier<Trial> newTrial) {
    this.settings = settings;
    this.naming = naming;
    this.current = current;
    this.versions = versions;
    this.clock = clock;
    this.urls = settings.urls();
    Canary canary = new Canary(settings.canary(), settings.leastDifference());
    for (String url : urls) {
      VllmServer server = new VllmServer(url, key, settings.timeout());
      replicas.add(new Replica(server, canary, newTrial, settings.attempts()));
    }
    this.threads =
        Executors.newFixedThreadPool(
            urls.size(),
            task -> {
              Thread thread = new Thread(task, "alluvium-publish");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Does what can be done now.
   *
   * @param stop asked now and then; what is under way is then left
   * @return what came of it; nothing while models.v1 could not be read, or after a stop
   */
  Optional<PublishReport> round(BooleanSupplier stop) {
    versions.get().ifPresent(this::follow);
    if (target.isEmpty()) {
      return Optional.empty();
    }
    Wanted wanted = target.get();
    Optional<Adapter> answering = current.read().flatMap(this::adapter);
    if (!inParallel(replica -> replica.tend(answering, wanted.adapter()), stop)) {
      return Optional.empty();
    }
    boolean switched = switchTo(wanted);
    Set<String> idle = idle(wanted);
    if (!idle.isEmpty() && !inParallel(replica -> replica.unload(idle), stop)) {
      return Optional.empty();
    }
    return Optional.of(report(wanted, switched));
  }

  /** Whether further rounds would change nothing but what time changes. */
  boolean isSettled() {
    return target
        .map(wanted -> replicas.stream().allMatch(replica -> replica.isSettled(wanted)))
        .orElse(false);
  }

  private void follow(KnownVersions all) {
    known = all.byName();
    target = Optional.of(all.serving().map(naming::target).orElseGet(Wanted::base));
  }

  /** The adapter behind what was published; nothing for the base model, or a version not known. */
  private Optional<Adapter> adapter(Published published) {
    return Optional.ofNullable(known.get(published.version()))
        .flatMap(version -> naming.target(version).adapter())
        .filter(adapter -> adapter.model().equals(published.model()));
  }

  private boolean switchTo(Wanted wanted) {
    Optional<Published> before = current.read();
    Optional<String> ready = ready(wanted);
    if (ready.isEmpty()) {
      tellWaiting(wanted, before);
      return false;
    }
    told = "";
    String model = ready.get();
    if (before.filter(now -> now.model().equals(model)).isPresent()) {
      return false;
    }
    Instant now = clock.instant();
    current.write(new Published(model, wanted.version(), now, left(before, model, now)));
    log.info(
        "{} answers from now on, on {} servers; before: {}",
        model,
        replicas.size(),
        before.map(Published::model).orElse("nothing"));
    return true;
  }

  /** When names stopped to answer: what answered before, and what servers have from earlier. */
  private SortedMap<String, Instant> left(Optional<Published> before, String model, Instant now) {
    SortedMap<String, Instant> left = new TreeMap<>();
    before.ifPresent(
        old -> {
          left.putAll(old.left());
          left.keySet().retainAll(ours());
          left.put(old.model(), now);
        });
    left.remove(model);
    return left;
  }

  /** The name all servers serve it under; nothing as long as one does not. */
  private Optional<String> ready(Wanted wanted) {
    if (!replicas.stream().allMatch(replica -> replica.state(wanted) == State.SERVING)) {
      return Optional.empty();
    }
    return wanted.adapter().map(Adapter::model).or(this::base);
  }

  private Optional<String> base() {
    Set<Optional<String>> names = baseNames();
    return names.size() == 1 ? names.iterator().next() : Optional.empty();
  }

  private Set<Optional<String>> baseNames() {
    return replicas.stream().map(Replica::base).collect(Collectors.toUnmodifiableSet());
  }

  /** What is wrong with the names of the base model; empty when all that answer have one. */
  private String bases() {
    List<String> names = baseNames().stream().flatMap(Optional::stream).sorted().toList();
    return names.size() < 2
        ? ""
        : "the servers call their base model by different names, %s: start them with one --served-model-name"
            .formatted(names);
  }

  /** Once for each thing that waits, and again when it has waited, gone on and waits again. */
  private void tellWaiting(Wanted wanted, Optional<Published> before) {
    if (told.equals(wanted.version())) {
      return;
    }
    told = wanted.version();
    String answering = before.map(Published::model).orElse("nothing");
    if (!wanted.fault().isEmpty()) {
      log.warn("what answers stays {}: {}", answering, wanted.fault());
      return;
    }
    if (wanted.adapter().isEmpty() && !bases().isEmpty()) {
      log.warn("what answers stays {}: {}", answering, bases());
      return;
    }
    long serving =
        replicas.stream().filter(replica -> replica.state(wanted) == State.SERVING).count();
    log.warn(
        "{} is served by {} of {} servers and waits for all of them; until then what answers is {}",
        wanted.version(),
        serving,
        replicas.size(),
        answering);
  }

  /**
   * Names of ours that are loaded somewhere and have not answered for long enough. The newest few
   * of those that ever did stay.
   */
  private Set<String> idle(Wanted wanted) {
    Optional<Published> published = current.read();
    if (published.isEmpty()) {
      return Set.of();
    }
    Set<String> idle = new HashSet<>(ours());
    idle.remove(published.get().model());
    wanted.adapter().ifPresent(adapter -> idle.remove(adapter.model()));
    Map<String, Instant> left = published.get().left();
    idle.stream()
        .filter(left::containsKey)
        .sorted(Comparator.comparing(left::get).reversed())
        .limit(settings.keep())
        .toList()
        .forEach(idle::remove);
    Instant drained = clock.instant().minus(settings.drain());
    Instant lastSwitch = published.get().since();
    idle.removeIf(name -> left.getOrDefault(name, lastSwitch).isAfter(drained));
    return idle;
  }

  private Set<String> ours() {
    return replicas.stream()
        .flatMap(replica -> replica.listed().values().stream())
        .filter(this::isOurs)
        .map(Listed::id)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether a server has it from a version of models.v1: another pipeline may use our prefix. */
  private boolean isOurs(Listed model) {
    return naming
        .version(model.id())
        .map(known::get)
        .filter(version -> Replica.isFrom(model, version.getPath()))
        .isPresent();
  }

  private PublishReport report(Wanted wanted, boolean switched) {
    Set<String> ours = ours();
    List<ServerReport> servers = new ArrayList<>();
    for (int i = 0; i < replicas.size(); i++) {
      Replica replica = replicas.get(i);
      List<String> loaded = replica.listed().keySet().stream().filter(ours::contains).toList();
      servers.add(
          new ServerReport(urls.get(i), loaded, replica.state(wanted), replica.error(wanted)));
    }
    Optional<String> model = wanted.adapter().map(Adapter::model).or(() -> ready(wanted));
    boolean answers =
        ready(wanted).isPresent() && current.read().map(Published::model).equals(ready(wanted));
    String error =
        wanted.adapter().isEmpty() && wanted.fault().isEmpty() ? bases() : wanted.fault();
    return new PublishReport(wanted.version(), model.orElse(""), servers, switched, answers, error);
  }

  /** Returns false when told to stop before all were done. */
  private boolean inParallel(Consumer<Replica> work, BooleanSupplier stop) {
    List<Future<?>> futures = new ArrayList<>();
    for (Replica replica : replicas) {
      futures.add(threads.submit(() -> work.accept(replica)));
    }
    try {
      for (Future<?> future : futures) {
        while (!isDone(future)) {
          if (stop.getAsBoolean()) {
            return false;
          }
        }
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      futures.forEach(future -> future.cancel(true));
    }
  }

  private static boolean isDone(Future<?> future) throws InterruptedException {
    try {
      future.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known
          ? known
          : new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      boolean ended = threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        log.warn("a server is still being spoken to; its answer is not waited for");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How long to wait between trials, growing. */
  static Supplier<Trial> trials(Duration firstPause, Duration longestPause) {
    return () -> new Trial(firstPause, longestPause);
  }
}
