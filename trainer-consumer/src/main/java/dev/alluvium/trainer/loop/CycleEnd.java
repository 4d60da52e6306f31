package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.ProbeComparison;
import dev.alluvium.schemas.avro.ProbeResult;
import dev.alluvium.schemas.avro.SkillTransfer;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.trainer.checkpoint.TrainingPosition;
import dev.alluvium.trainer.gate.Anchors;
import dev.alluvium.trainer.gate.DivergenceCap;
import dev.alluvium.trainer.gate.Examination;
import dev.alluvium.trainer.gate.Gate;
import dev.alluvium.trainer.gate.Losses;
import dev.alluvium.trainer.gate.PerplexityRise;
import dev.alluvium.trainer.gate.ProbeScorer.TokenizedProbe;
import dev.alluvium.trainer.gate.ProbeScores;
import dev.alluvium.trainer.gate.ProbeTable;
import dev.alluvium.trainer.gate.ProbeWriter;
import dev.alluvium.trainer.gate.WrittenAnswers;
import dev.alluvium.trainer.guard.ForgettingGauge;
import dev.alluvium.trainer.guard.GaugeTexts;
import dev.alluvium.trainer.guard.Transfer;
import dev.alluvium.trainer.release.Manifest;
import dev.alluvium.trainer.release.ModelStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of a cycle: measure the probes, ask the gate, write the version. */
final class CycleEnd {
  private static final Logger log = LoggerFactory.getLogger(CycleEnd.class);

  private final ProbeMeasurement measurement;
  private final ForgettingGauge gauge;
  private final ProbeWriter writer;
  private final Examination examination;
  private final DivergenceCap cap;
  private final ModelStore models;
  private final String baseModel;
  private final InstantSource clock;

  CycleEnd(
      ProbeMeasurement measurement,
      ForgettingGauge gauge,
      ProbeWriter writer,
      Examination examination,
      DivergenceCap cap,
      ModelStore models,
      String baseModel,
      InstantSource clock) {
    this.measurement = measurement;
    this.gauge = gauge;
    this.writer = writer;
    this.examination = examination;
    this.cap = cap;
    this.models = models;
    this.baseModel = baseModel;
    this.clock = clock;
  }

  /**
   * What the probes say.
   *
   * @param base of the base model
   * @param candidate of the model as trained now
   * @param probes base model and candidate side by side, by skill
   * @param gauge the gauge's texts, with those that this end of a cycle has added
   * @param transfer what training has done to each skill
   * @param answers what the anchors of the next verdict have answered in writing
   * @param decision the gate's
   */
  record Verdict(
      ProbeScores base,
      ProbeScores candidate,
      Map<String, ProbeComparison> probes,
      GaugeTexts gauge,
      Map<String, SkillTransfer> transfer,
      WrittenAnswers answers,
      Gate.Decision decision) {}

  /**
   * What is known before the end of a cycle.
   *
   * @param anchors what base model and promoted versions said of the probes
   * @param gauge the gauge's texts
   * @param transfer what the skills were like before
   * @param answers what the anchors have answered in writing
   */
  record Known(Anchors anchors, GaugeTexts gauge, Transfer transfer, WrittenAnswers answers) {}

  /** What the base model says. */
  private record BaseModel(ProbeScores scores, GaugeTexts gauge) {
    BaseModel within(ProbeScores candidate) {
      return new BaseModel(scores.within(candidate), gauge);
    }
  }

  /**
   * Measures and decides.
   *
   * @param version name of the model as trained now, once it is promoted
   * @param known what is known so far
   * @param stop asked while a model is measured or writes
   * @throws java.util.concurrent.CancellationException when told to stop
   */
  Verdict judge(
      Learner learner, String version, List<Probe> probes, Known known, BooleanSupplier stop) {
    List<TokenizedProbe> tokenized = measurement.tokenize(probes);
    ProbeScores candidate = measurement.score(learner.model(), tokenized, stop);
    BaseModel base = base(learner, tokenized, probes, known, stop).within(candidate);
    SortedMap<String, PerplexityRise> moved = gauge.measure(base.gauge(), learner.model(), stop);
    Examination.Result result =
        examination.decide(
            answerers(learner, version, stop),
            probes,
            new Losses(
                base.scores(), known.anchors().best(), known.anchors().promoted(), candidate),
            known.answers(),
            decision -> cap.over(decision, moved));
    Map<String, ProbeComparison> table = ProbeTable.compare(base.scores(), candidate);
    return new Verdict(
        base.scores(),
        candidate,
        ProbeTable.withAnswers(table, result.answers()),
        base.gauge(),
        SkillTransfers.of(moved, known.transfer().measured(table), table),
        result.known(),
        result
            .decision()
            .without(known.transfer().unprobed(probes.stream().map(Probe::getSkill).toList())));
  }

  /** Asks it what it has not been asked yet, if anything: it may have to be read for that. */
  private BaseModel base(
      Learner learner,
      List<TokenizedProbe> tokenized,
      List<Probe> probes,
      Known known,
      BooleanSupplier stop) {
    ProbeScores had = known.anchors().base();
    List<TokenizedProbe> missing =
        tokenized.stream().filter(probe -> !had.byProbe().containsKey(probe.pairId())).toList();
    if (missing.isEmpty() && (tokenized.isEmpty() || !gauge.isIncomplete(known.gauge(), probes))) {
      return new BaseModel(had, known.gauge());
    }
    log.info("the base model is asked about {} of {} probes", missing.size(), tokenized.size());
    return learner.askBase(
        model ->
            new BaseModel(
                measurement.score(model, missing, stop).over(had),
                gauge.completed(known.gauge(), probes, model, stop)));
  }

  /**
   * Why the model as it is trained now is too far from the base model for certain; nothing without
   * a cap, or as long as there is no text to gauge by.
   *
   * @param stop asked before each batch
   * @throws java.util.concurrent.CancellationException when told to stop
   */
  Optional<String> tooFar(Learner learner, GaugeTexts texts, BooleanSupplier stop) {
    return cap.most() == 0
        ? Optional.empty()
        : cap.beyond(gauge.measure(texts, learner.model(), stop));
  }

  /** The gauge's texts as they are after the end of a cycle. */
  GaugeTexts gauge(Learner learner, List<Probe> probes, GaugeTexts had, BooleanSupplier stop) {
    return gauge.isIncomplete(had, probes)
        ? learner.askBase(model -> gauge.completed(had, probes, model, stop))
        : had;
  }

  /**
   * What the anchors have answered in writing once the model as it is trained now is promoted.
   *
   * @param version its name
   */
  WrittenAnswers answersOncePromoted(
      Learner learner,
      String version,
      List<Probe> probes,
      WrittenAnswers had,
      BooleanSupplier stop) {
    return examination.promoted(answerers(learner, version, stop), probes, had);
  }

  private Examination.Answerers answerers(Learner learner, String version, BooleanSupplier stop) {
    return new Examination.Answerers(
        version,
        questions -> writer.answers(learner.model(), questions, stop),
        questions -> learner.askBase(model -> writer.answers(model, questions, stop)));
  }

  /**
   * Measures the model as it is trained now, and asks nobody.
   *
   * @param stop asked before each batch
   * @throws java.util.concurrent.CancellationException when told to stop
   */
  ProbeScores measure(Learner learner, List<Probe> probes, BooleanSupplier stop) {
    return measurement.score(learner.model(), measurement.tokenize(probes), stop);
  }

  /**
   * Writes the version that a verdict was given on.
   *
   * @param before the position at the end of the cycle, before the version was counted
   * @param position the position after it
   * @param checkpoint the state that training goes on from
   */
  ModelVersion write(
      Learner learner,
      Verdict verdict,
      TrainingPosition before,
      TrainingPosition position,
      String checkpoint) {
    String version = ModelStore.name(position.versions());
    VersionStatus status = status(verdict.decision().ruling());
    Instant now = clock.instant();
    String method = learner.method().toString();
    ModelStore.Stored stored =
        models.write(
            position.versions(),
            learner::export,
            contents ->
                new Manifest(
                    version,
                    before.promoted(),
                    status.name(),
                    verdict.decision().reason(),
                    method,
                    baseModel,
                    position.baseDigest(),
                    before.cycleStart() + 1,
                    position.lastWindow(),
                    position.nextOffset(),
                    position.steps(),
                    position.settingsDigest(),
                    contents.weights(),
                    contents.files(),
                    checkpoint,
                    comparisons(verdict.probes()),
                    now.toString()));
    log.info("{} {}: {} ({})", version, status, verdict.decision().reason(), stored.directory());
    if (!verdict.decision().slipped().isEmpty()) {
      log.info(
          "{}: {} slipped within the budget, and will be replayed more, where anything is",
          version,
          String.join(", ", verdict.decision().slipped()));
    }
    return ModelVersion.newBuilder()
        .setVersion(version)
        .setParent(before.promoted())
        .setStatus(status)
        .setReason(verdict.decision().reason())
        .setMethod(method)
        .setPath(stored.directory().toAbsolutePath().toString())
        .setCheckpoint(checkpoint)
        .setFirstWindow(before.cycleStart() + 1)
        .setLastWindow(position.lastWindow())
        .setProbes(verdict.probes())
        .setTransfer(verdict.transfer())
        .setSlipped(verdict.decision().slipped())
        .setDigest(stored.manifest().weightsDigest())
        .setManifestDigest(stored.manifestDigest())
        .setCreatedAt(now)
        .build();
  }

  private static VersionStatus status(Gate.Ruling ruling) {
    return switch (ruling) {
      case PROMOTE -> VersionStatus.PROMOTED;
      case HOLD -> VersionStatus.HELD;
      case ROLLBACK -> VersionStatus.ROLLED_BACK;
    };
  }

  private static Map<String, Manifest.Comparison> comparisons(Map<String, ProbeComparison> probes) {
    Map<String, Manifest.Comparison> comparisons = new TreeMap<>();
    probes.forEach(
        (skill, pair) ->
            comparisons.put(
                skill,
                new Manifest.Comparison(
                    measurement(pair.getBefore()), measurement(pair.getAfter()))));
    return comparisons;
  }

  private static Manifest.Measurement measurement(ProbeResult result) {
    return new Manifest.Measurement(
        result.getPerplexity(),
        result.getAccuracy(),
        result.getN(),
        result.getJudgedAccuracy(),
        result.getJudged());
  }
}
