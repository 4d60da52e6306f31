package dev.alluvium.cli.demo;

import static java.util.Map.entry;

import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.cli.config.SettingsLoader;
import dev.alluvium.cli.process.ChildProcess;
import dev.alluvium.cli.process.Children;
import dev.alluvium.cli.process.Lifetime;
import dev.alluvium.streams.config.S3ftSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The children of a demo and what they are told: presets that suit two minutes, under the user's
 * own settings, under what makes them find each other.
 *
 * @param directory where they work
 * @param config the user's settings file
 * @param set the user's settings of the command line
 * @param model the base model
 */
record DemoProcesses(
    DemoDirectory directory, Optional<Path> config, Map<String, String> set, Path model) {
  private static final Duration BROKER_PATIENCE = Duration.ofSeconds(60);

  /**
   * Training counts within a second, only the final flush ends a cycle, a small model takes a rate
   * that would ruin a large one, and has no right answers to give. Few probes tell little, so only
   * what doubles a skill's perplexity is refused. The usual port may be taken.
   */
  private static final Map<String, String> PRESETS =
      Map.ofEntries(
          entry("train.commit.minSeconds", "1"),
          entry("train.gate.every", "1000000"),
          entry("train.gate.perplexityBudget", "1"),
          entry("train.gate.cumulativeBudget", "1"),
          entry("train.gate.unmeasured", "ignore"),
          entry("train.guard.gaugeTexts", "8"),
          entry("train.passesPerWindow", "1"),
          entry("train.learningRate", "0.002"),
          entry("train.warmupSteps", "5"),
          entry("s3ft.mode", "off"),
          entry("dashboard.port", "0"));

  /** Starts the broker and waits until it is ready; gives the settings that reach it. */
  AlluviumSettings startBroker(Children children, Lifetime lifetime) {
    ChildProcess broker =
        children.add(
            start(
                "broker",
                List.of("-Xms128m", "-Xmx256m", "-XX:TieredStopAtLevel=1"),
                List.of("broker", "--port", "0", "--data", directory.work("broker").toString())));
    String bootstrap = broker.awaitSaid("bootstrap=", BROKER_PATIENCE, lifetime);
    return new SettingsLoader(System.getenv()).load(config, settings(bootstrap)).settings();
  }

  /**
   * Starts the stream processors, the trainer and, if models are asked, a generation worker.
   *
   * @return the stream processors, which serve the dashboard
   */
  ChildProcess startServices(Children children, AlluviumSettings settings) {
    Map<String, String> told = settings(settings.cluster().bootstrapServers());
    ChildProcess streams =
        children.add(
            start(
                "streams",
                List.of("-Xms128m", "-Xmx512m", "-XX:TieredStopAtLevel=1"),
                service("streams", told)));
    children.add(start("train", List.of("-Xms256m", "-Xmx2g"), service("train", told)));
    if (settings.s3ft().chosenMode() != S3ftSettings.Mode.OFF) {
      children.add(start("generate", List.of("-Xms128m", "-Xmx1g"), service("generate", told)));
    }
    return streams;
  }

  private ChildProcess start(String name, List<String> options, List<String> arguments) {
    List<String> all = new ArrayList<>(options);
    all.add("-XX:+UseSerialGC");
    // The first heap is there from the start, so that growth of a process is growth of what it
    // holds.
    all.add("-XX:+AlwaysPreTouch");
    all.add("-XX:-UsePerfData");
    all.add("-Djava.io.tmpdir=" + directory.work("tmp"));
    return ChildProcess.start(name, directory.work("logs"), all, arguments);
  }

  private List<String> service(String command, Map<String, String> told) {
    List<String> arguments = new ArrayList<>(List.of(command));
    config.ifPresent(file -> arguments.addAll(List.of("--config", file.toString())));
    told.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    return arguments;
  }

  private Map<String, String> settings(String bootstrap) {
    Map<String, String> all = new LinkedHashMap<>(PRESETS);
    all.putAll(set);
    all.put("kafka.bootstrap.servers", bootstrap);
    all.put("kafka.security.protocol", "PLAINTEXT");
    all.put("topics.replicationFactor", "1");
    all.put("streams.stateDir", directory.work("streams").toString());
    all.put("streams.replicationFactor", "1");
    all.put("log.format", "text"); // lines are read here
    all.put("http.port", "0"); // one port cannot be that of several processes
    all.put("train.model", model.toString());
    all.put("train.store", directory.work("store").toString());
    return all;
  }
}
