package dev.alluvium.streams.dashboard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.streams.http.Health;
import dev.alluvium.streams.http.HttpServer;
import dev.alluvium.streams.runtime.ApplicationState;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams.State;

/**
 * Whether the topologies of this process are alive, and ready. One that moves or restores its state
 * is alive: to restart it then would only make it begin again.
 */
final class TopologyHealth implements Health {
  private static final Set<State> ALIVE =
      Set.of(State.CREATED, State.REBALANCING, State.RUNNING, State.PENDING_SHUTDOWN);

  private final Supplier<Map<String, ApplicationState>> topologies;

  /** Looks at the topologies whenever it is asked. */
  TopologyHealth(Supplier<Map<String, ApplicationState>> topologies) {
    this.topologies = topologies;
  }

  /** Alive: none of them has given up. */
  @Override
  public Answer live() {
    return answer("live", ALIVE);
  }

  /** Ready: all of them run. */
  @Override
  public Answer ready() {
    return answer("ready", Set.of(State.RUNNING));
  }

  /** The state of each topology, and which of them are the reason when it is not good. */
  private Answer answer(String what, Set<State> good) {
    Map<String, ApplicationState> states = new TreeMap<>(topologies.get());
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    boolean all = states.values().stream().allMatch(is -> good.contains(is.state()));
    json.put(what, all);
    ObjectNode each = json.putObject("topologies");
    states.forEach((name, is) -> each.put(name, is.state().name()));
    if (!all) {
      ObjectNode reasons = json.putObject("because");
      states.forEach(
          (name, is) -> {
            if (!good.contains(is.state())) {
              reasons.put(name, is.told());
            }
          });
    }
    return new Answer(all, HttpServer.JSON, json.toString());
  }
}
