package dev.alluvium.cli.experiment;

import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.cli.suite.Parts;
import dev.alluvium.cli.suite.skill.Skill;
import dev.alluvium.cli.suite.skill.Skills;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** One run: the new skills one after the other, each streamed in its own phase. */
final class Run {
  private final RunPlan plan;
  private final AlluviumSettings settings;
  private final Parts parts;
  private final Panel panel;
  private final Mixer mixer;
  private final TargetChooser targets;
  private final Map<String, Double> learnt = new LinkedHashMap<>();
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
    this.parts = new Parts(plan.seed());
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
   * @param base accuracies of the base model, where they are known from another run of the seed
   */
  RunResult result(String key, Optional<Map<String, Double>> base) {
    long begin = System.nanoTime();
    try (Student student = new Student(settings.train(), plan.arm().writer())) {
      Map<String, Double> before = base.orElseGet(() -> panel.accuracy(student, panel.skills()));
      for (Skill skill : Skills.NEW) {
        phase(skill, student);
      }
      Map<String, Double> end = panel.accuracy(student, panel.skills());
      return new RunResult(
          key,
          plan.arm().name(),
          plan.seed(),
          plan.rate(),
          plan.pairs(),
          plan.problems(),
          before,
          learnt,
          end,
          origins,
          tokens,
          Duration.ofNanos(System.nanoTime() - begin).toMillis() / 1000.0);
    }
  }

  /** A skill's pairs come by the window: what a target is asked of has learnt those before. */
  private void phase(Skill skill, Student student) {
    List<NewPair> pairs = SuitePairs.of(parts.stream(skill, plan.pairs()));
    int atOnce = settings.mix().windowExamples();
    for (int from = 0; from < pairs.size(); from += atOnce) {
      List<NewPair> next = pairs.subList(from, Math.min(from + atOnce, pairs.size()));
      for (Candidate candidate : targets.choose(next, student::write)) {
        origins
            .computeIfAbsent(skill.name(), name -> new TreeMap<>())
            .merge(candidate.getTarget().getOrigin().name(), 1, Integer::sum);
        mixer.add(candidate);
      }
      train(student);
    }
    mixer.flush();
    train(student);
    learnt.putAll(panel.accuracy(student, Set.of(skill.name())));
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
