package dev.alluvium.cli.endpoint;

import dev.alluvium.streams.http.Health;
import dev.alluvium.streams.http.HttpServer;
import dev.alluvium.streams.metrics.Meters;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Health of a process: that of everything that runs in it. Before anything does, it starts. */
final class ProcessHealth implements Health {
  private static final String STARTING = "starting: waits for the broker and its topics";

  private final List<Observed> observed = new CopyOnWriteArrayList<>();

  /** From now on this runs in the process too. */
  void add(Observed one) {
    observed.add(one);
  }

  @Override
  public Answer live() {
    return answer("alive", reasons(Observed::stalled));
  }

  @Override
  public Answer ready() {
    if (observed.isEmpty()) {
      return answer("", List.of(STARTING));
    }
    List<String> reasons = reasons(Observed::stalled);
    return answer("ready", reasons.isEmpty() ? reasons(Observed::unready) : reasons);
  }

  /** Sets the metrics of all. */
  void measure(Meters meters) {
    observed.forEach(one -> one.measure(meters));
  }

  private List<String> reasons(Function<Observed, Optional<String>> reason) {
    return observed.stream().map(reason).flatMap(Optional::stream).toList();
  }

  private static Answer answer(String good, List<String> reasons) {
    String body = reasons.isEmpty() ? good : String.join("\n", reasons);
    return new Answer(reasons.isEmpty(), HttpServer.TEXT, body + "\n");
  }
}
