package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.ProbeComparison;
import dev.alluvium.schemas.avro.SkillTransfer;
import dev.alluvium.trainer.gate.PerplexityRise;
import dev.alluvium.trainer.guard.Transfer;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a version's record says of what training has done to each skill. */
final class SkillTransfers {
  private SkillTransfers() {}

  /**
   * By skill.
   *
   * @param gauged by skill
   * @param transfer as it is at the end of the cycle
   * @param probes by skill
   */
  static Map<String, SkillTransfer> of(
      Map<String, PerplexityRise> gauged, Transfer transfer, Map<String, ProbeComparison> probes) {
    TreeSet<String> skills = new TreeSet<>(gauged.keySet());
    skills.addAll(probes.keySet());
    Map<String, SkillTransfer> told = new TreeMap<>();
    for (String skill : skills) {
      told.put(skill, of(transfer.of(skill, probes.get(skill)), gauged.get(skill)));
    }
    return told;
  }

  private static SkillTransfer of(Transfer.Of transfer, @Nullable PerplexityRise gauged) {
    SkillTransfer.Builder told =
        SkillTransfer.newBuilder().setForward(transfer.forward()).setBackward(transfer.backward());
    if (gauged != null && gauged.isMeasured()) {
      told.setDivergence(gauged.rise()).setDivergenceError(gauged.error());
    }
    return told.build();
  }
}
