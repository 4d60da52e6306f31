package dev.alluvium.cli.experiment;

import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.cli.suite.Parts;
import dev.alluvium.cli.suite.skill.Split;
import dev.alluvium.judges.JudgeTools;
import dev.alluvium.judges.Judges;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.streams.ask.AskInput.NewPair;
import dev.alluvium.streams.ask.TargetChooser;
import dev.alluvium.streams.prompt.PromptFiles;
import dev.alluvium.trainer.consume.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** One run: the phases of its arm, one after the other. */
final class Run {
  private final RunPlan plan;
  private final AlluviumSettings settings;
  private final Supply supply;
  private final Panel panel;
  private final Mixer mixer;
  private final TargetChooser targets;
  private final Map<String, Double> learnt = new LinkedHashMap<>();
  private final List<Map<String, Double>> timeline = new ArrayList<>();
  private final Map<String, Map<String, Integer>> origins = new LinkedHashMap<>();
  private long tokens;

  /**
   * Makes ready.
   *
   * @param settings of the run, those of its arm included
   */
  Run(RunPlan plan, AlluviumSettings settings) {
    this.plan = plan;
    this.settings = settings;
    Parts parts = new Parts(plan.seed());
    this.supply = new Supply(parts, plan.arm().phases(), plan.pairs());
    this.panel =
        new Panel(
            parts.heldOut(plan.validation() ? Split.VALIDATION : Split.PROBE, plan.problems()));
    this.mixer = new Mixer(settings.mix().rules());
    this.targets =
        new TargetChooser(
            settings.s3ft(),
            PromptFiles.open(settings.s3ft().prompts()),
            new Judges(settings.judges(), new JudgeTools(settings.judges().sandbox().toSandbox())));
  }

  /**
   * Trains and measures.
   *
   * @param key names plan and settings
   * @param values of the settings, for the log
   * @param known accuracies of the base model, where they are known from another run of the seed
   */
  RunResult result(String key, Map<String, String> values, Optional<Map<String, Double>> known) {
    long begin = System.nanoTime();
    try (Student student = new Student(settings.train(), plan.arm().writer())) {
      Map<String, Double> base = known.orElseGet(() -> panel.accuracy(student, panel.skills()));
      for (Phase phase : plan.arm().phases()) {
        stream(phase, student);
        Set<String> streamed = phase.amounts().keySet();
        Map<String, Double> now =
            panel.accuracy(student, plan.everySkill() ? panel.skills() : streamed);
        timeline.add(now);
        streamed.forEach(skill -> learnt.put(skill, now.get(skill)));
      }
      Map<String, Double> end =
          plan.everySkill()
              ? timeline.get(timeline.size() - 1)
              : panel.accuracy(student, panel.skills());
      return new RunResult(
          key,
          values,
          plan.arm().name(),
          plan.seed(),
          plan.validation(),
          plan.rate(),
          plan.pairs(),
          plan.problems(),
          base,
          learnt,
          timeline,
          end,
          origins,
          tokens,
          Duration.ofNanos(System.nanoTime() - begin).toMillis() / 1000.0);
    }
  }

  /** Pairs come by the window: what a target is asked of has learnt those before. */
  private void stream(Phase phase, Student student) {
    List<NewPair> pairs = supply.next(phase);
    int atOnce = settings.mix().windowExamples();
    for (int from = 0; from < pairs.size(); from += atOnce) {
      List<NewPair> next = pairs.subList(from, Math.min(from + atOnce, pairs.size()));
      for (Candidate candidate : targets.choose(next, student::write)) {
        origins
            .computeIfAbsent(candidate.getSkill(), skill -> new TreeMap<>())
            .merge(candidate.getTarget().getOrigin().name(), 1, Integer::sum);
        mixer.add(candidate);
      }
      train(student);
    }
    mixer.flush();
    train(student);
  }

  private void train(Student student) {
    Optional<Window> window = mixer.next();
    while (window.isPresent()) {
      Outcome outcome = student.train(window.get());
      tokens += outcome.getTokens().values().stream().mapToLong(Long::longValue).sum();
      mixer.settled(outcome);
      window = mixer.next();
    }
  }
}
