package dev.alluvium.cli.publish;

import dev.alluvium.cli.publish.ServerReport.State;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one server to what is wanted of it: what it lists is looked up, never remembered. What is
 * remembered is which names were proven since they were loaded, and what failed how often. For one
 * thread at a time.
 */
final class Replica {
  private static final Logger log = LoggerFactory.getLogger(Replica.class);

  private final VllmServer server;
  private final Canary canary;
  private final Supplier<Trial> newTrial;
  private final int attempts;

  /** By name, in the server's order; nothing while it is away. */
  private Map<String, Listed> listed = Map.of();

  private final Set<String> proven = new HashSet<>();
  private final Map<String, Trial> trials = new HashMap<>();
  private final Trial reaching;

  /** Names that it would not unload. */
  private final Set<String> kept = new HashSet<>();

  /** The adapter that answers: it is never given up. */
  private Optional<Adapter> published = Optional.empty();

  /**
   * @param newTrial how long to wait between trials
   * @param attempts trials of an adapter before it is given up
   */
  Replica(VllmServer server, Canary canary, Supplier<Trial> newTrial, int attempts) {
    this.server = server;
    this.canary = canary;
    this.newTrial = newTrial;
    this.attempts = attempts;
    this.reaching = newTrial.get();
  }

  /**
   * Looks at the server and, where its adapters are not there, loads and proves them.
   *
   * @param published the adapter that answers; a server that lost it gets it again
   * @param target the adapter that shall answer
   */
  void tend(Optional<Adapter> published, Optional<Adapter> target) {
    Map<String, Adapter> wanted = new LinkedHashMap<>();
    published.ifPresent(adapter -> wanted.put(adapter.model(), adapter));
    target.ifPresent(adapter -> wanted.put(adapter.model(), adapter));
    trials.keySet().retainAll(wanted.keySet());
    this.published = published;
    if (reaching.isWaiting()) {
      return;
    }
    try {
      look();
      for (Adapter adapter : wanted.values()) {
        bring(adapter);
      }
      if (reaching.failures() > 0) {
        log.info("{} is back", server.url());
      }
      reaching.succeeded();
    } catch (ServerException e) {
      unreached(e);
    }
  }

  /** Unloads names; what fails is tried again when it is asked for again. */
  void unload(Set<String> names) {
    kept.retainAll(names);
    try {
      for (String name : names) {
        if (listed.containsKey(name) && !reaching.isWaiting()) {
          unload(name);
        }
      }
    } catch (ServerException e) {
      unreached(e);
    }
  }

  private void unload(String name) throws ServerException {
    try {
      server.unload(name);
      log.info("{} is unloaded from {}", name, server.url());
      look();
    } catch (ServerException e) {
      if (e.isAway()) {
        throw e;
      }
      if (kept.add(name)) {
        log.warn("{} keeps {} and will be asked again: {}", server.url(), name, e.text());
      }
    }
  }

  /** All names that it lists, and what is behind each. */
  Map<String, Listed> listed() {
    return listed;
  }

  /** The first base model that it lists; nothing when it cannot be reached. */
  Optional<String> base() {
    return reaching.failures() > 0
        ? Optional.empty()
        : listed.values().stream().filter(Listed::isBase).map(Listed::id).findFirst();
  }

  State state(Wanted target) {
    if (reaching.failures() > 0) {
      return State.AWAY;
    }
    if (!target.fault().isEmpty()) {
      return State.NOT_ASKED;
    }
    if (target.adapter().map(adapter -> proven.contains(adapter.model())).orElse(true)) {
      return State.SERVING;
    }
    return isGivenUp(target) ? State.GIVEN_UP : State.FAILED;
  }

  /** Why it does not serve what shall answer; empty when it does. */
  String error(Wanted target) {
    return reaching.failures() > 0
        ? reaching.error()
        : state(target) == State.SERVING ? "" : trial(target).error();
  }

  /** Whether it serves what shall answer, or was tried often enough to say that it does not. */
  boolean isSettled(Wanted target) {
    return switch (state(target)) {
      case AWAY -> reaching.failures() >= attempts;
      case FAILED -> trial(target).failures() >= attempts;
      case SERVING, GIVEN_UP, NOT_ASKED -> true;
    };
  }

  private boolean isGivenUp(Wanted target) {
    return target
        .adapter()
        .filter(adapter -> !isPublished(adapter))
        .map(adapter -> trial(target).failures() >= attempts)
        .orElse(false);
  }

  private boolean isPublished(Adapter adapter) {
    return published.filter(adapter::equals).isPresent();
  }

  private Trial trial(Wanted target) {
    return target
        .adapter()
        .map(adapter -> trials.getOrDefault(adapter.model(), newTrial.get()))
        .orElseGet(newTrial);
  }

  private void look() throws ServerException {
    Map<String, Listed> now = new LinkedHashMap<>();
    server.models().forEach(model -> now.put(model.id(), model));
    listed = now;
    proven.retainAll(now.keySet());
  }

  private void bring(Adapter adapter) throws ServerException {
    String model = adapter.model();
    Trial trial = trials.computeIfAbsent(model, name -> newTrial.get());
    boolean givenUp = trial.failures() >= attempts && !isPublished(adapter);
    if (proven.contains(model) || trial.isWaiting() || givenUp) {
      return;
    }
    boolean found = listed.containsKey(model);
    Optional<String> fault = found ? otherRoot(adapter) : Optional.empty();
    if (fault.isPresent()) {
      failed(adapter, trial, fault.get());
      return;
    }
    fault = proof(adapter, found);
    if (fault.isEmpty()) {
      trial.succeeded();
      proven.add(model);
      log.info("{} serves {}{}", server.url(), model, found ? ", which it had already" : "");
      return;
    }
    failed(adapter, trial, fault.get());
    if (listed.containsKey(model) && !(found && isPublished(adapter))) {
      server.unload(model);
      look();
    }
  }

  /** Loads it if it is not there, and proves it; says what went wrong. */
  private Optional<String> proof(Adapter adapter, boolean found) throws ServerException {
    try {
      if (!found) {
        server.load(adapter);
        look();
      }
      return listed.containsKey(adapter.model())
          ? canary.fault(server, adapter.model(), base(adapter.model()))
          : Optional.of("%s took %s and does not list it".formatted(server.url(), adapter.model()));
    } catch (ServerException e) {
      look(); // a server that is away fails here too; any other has something against the adapter
      return Optional.of(e.text());
    }
  }

  /** A name stands for one directory for ever; another one means another pipeline's version. */
  private Optional<String> otherRoot(Adapter adapter) {
    Listed there = listed.getOrDefault(adapter.model(), new Listed("", "", ""));
    return isFrom(there, adapter.directory())
        ? Optional.empty()
        : Optional.of(
            "%s lists %s from %s: expected %s; it may be another pipeline's: set publish.prefix to another one, or unload it"
                .formatted(server.url(), adapter.model(), there.root(), adapter.directory()));
  }

  /** Whether a model was loaded from a version's directory, under whatever path that was seen. */
  static boolean isFrom(Listed model, String directory) {
    return model.root().isEmpty()
        || Path.of(model.root()).endsWith(Path.of(directory).getFileName());
  }

  private String base(String model) throws ServerException {
    String parent = listed.getOrDefault(model, new Listed("", "", "")).parent();
    if (!parent.isEmpty()) {
      return parent;
    }
    return listed.values().stream()
        .filter(Listed::isBase)
        .map(Listed::id)
        .filter(id -> !id.equals(model))
        .findFirst()
        .orElseThrow(
            () -> ServerException.refused(server.url() + " lists no base model beside " + model));
  }

  private void failed(Adapter adapter, Trial trial, String why) {
    trial.failed(why);
    if (trial.failures() == attempts && !isPublished(adapter)) {
      log.warn(
          "{} is given up on {} after {} trials, until another version is to answer: {}",
          adapter.model(),
          server.url(),
          attempts,
          why);
    } else if (trial.failures() == 1) {
      log.warn("{} is not served, and tried again: {}", adapter.model(), why);
    }
  }

  private void unreached(ServerException e) {
    if (reaching.failures() == 0 && !Thread.currentThread().isInterrupted()) {
      log.warn("{} is not ready, and is asked again: {}", server.url(), e.text());
    }
    listed = Map.of();
    reaching.failed(e.text());
  }
}
