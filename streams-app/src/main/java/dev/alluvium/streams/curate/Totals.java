package dev.alluvium.streams.curate;

import dev.alluvium.schemas.avro.CurateReport;
import dev.alluvium.streams.policy.PolicyRules;
import dev.alluvium.streams.redact.Kind;
import java.util.Map;
import java.util.TreeMap;

/** What one curate task has counted since the beginning. Belongs to the task's thread. */
final class Totals {
  private final String task;
  private final Map<String, Long> rejected;
  private final Map<String, Long> redacted;
  private final Map<String, Long> candidates;
  private final Map<String, Long> probes;
  private long received;
  private long duplicates;
  private long superseding;
  private long unknownSkill;

  private Totals(String task, CurateReport report) {
    this.task = task;
    this.rejected = new TreeMap<>(report.getRejected());
    this.redacted = new TreeMap<>(report.getRedacted());
    this.candidates = new TreeMap<>(report.getCandidates());
    this.probes = new TreeMap<>(report.getProbes());
    this.received = report.getReceived();
    this.duplicates = report.getDuplicates();
    this.superseding = report.getSuperseding();
    this.unknownSkill = report.getUnknownSkill();
  }

  static Totals none(String task) {
    return of(new CurateReport(task, 0L, Map.of(), 0L, 0L, Map.of(), Map.of(), 0L, Map.of()));
  }

  static Totals of(CurateReport report) {
    return new Totals(report.getTask(), report);
  }

  void received() {
    received++;
  }

  void rejected(String reason) {
    rejected.merge(reason, 1L, Long::sum);
  }

  void redacted(Map<Kind, Integer> found) {
    found.forEach((kind, n) -> redacted.merge(kind.label(), (long) n, Long::sum));
  }

  void duplicate() {
    duplicates++;
  }

  void superseding() {
    superseding++;
  }

  void unknownSkill() {
    unknownSkill++;
  }

  void candidate(String skill) {
    countSkill(candidates, skill);
  }

  void probe(String skill) {
    countSkill(probes, skill);
  }

  private static void countSkill(Map<String, Long> counts, String skill) {
    counts.merge(PolicyRules.countedAs(skill, counts.keySet()), 1L, Long::sum);
  }

  /** The counts now; later counting does not change it. */
  CurateReport report() {
    return new CurateReport(
        task,
        received,
        new TreeMap<>(rejected),
        duplicates,
        superseding,
        new TreeMap<>(candidates),
        new TreeMap<>(probes),
        unknownSkill,
        new TreeMap<>(redacted));
  }
}
