package dev.alluvium.streams.curate;

import static dev.alluvium.streams.curate.CurateHarness.pair;
import static dev.alluvium.streams.curate.CurateHarness.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.SourcePosition;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CurateTopologyTest {
  @Test
  void turnsAPairIntoACandidate() {
    try (CurateHarness curate = with(k -> k)) {
      curate.send(pair("How many?", "Five.").setId("a1").setSkill("math").setAnswer("5"));
      Candidate candidate = curate.candidate();
      assertThat(candidate.getPairId()).isEqualTo("a1");
      assertThat(candidate.getSkill()).isEqualTo("math");
      assertThat(candidate.getPrompt().getInstruction()).isEqualTo("How many?");
      assertThat(candidate.getTarget().getText()).isEqualTo("Five.");
      assertThat(candidate.getTarget().getOrigin()).isEqualTo(Origin.GOLD);
      assertThat(candidate.getTarget().getReason()).isEqualTo("s3ft_off");
      assertThat(candidate.getGold()).isEqualTo("Five.");
      assertThat(candidate.getAnswer()).isEqualTo("5");
      assertThat(candidate.getPosition()).isEqualTo(new SourcePosition("pairs.v1", 0, 0L));
      assertThat(candidate.getEventTime()).isEqualTo(CurateHarness.NOON.toEpochMilli());
      assertThat(candidate.getSupersedes()).isFalse();
      // 14 bytes at 3.5 make 4, and 8 for the template.
      assertThat(candidate.getEstimatedTokens()).isEqualTo(12);
    }
  }

  @Test
  void takesPersonalDataOutOfAPairAndCountsIt() {
    try (CurateHarness curate = with(k -> k.redact("email, card"))) {
      curate.send(pair("Who is a@example.com?", "b@example.com paid with 4111111111111111."));
      Candidate candidate = curate.candidate();
      assertThat(candidate.getPrompt().getInstruction()).isEqualTo("Who is [email]?");
      assertThat(candidate.getGold()).isEqualTo("[email] paid with [card].");
      assertThat(curate.newReports()).isEqualTo(2);
      assertThat(curate.total("decode-0").getRedacted()).isEqualTo(Map.of("email", 2L, "card", 1L));
    }
  }

  @Test
  void reportsTotalsOncePerSecondWhenTheyChanged() {
    try (CurateHarness curate = with(k -> k)) {
      curate.send(pair("Say hello", "Hello.").setSkill("general"));
      assertThat(curate.newReports()).isEqualTo(2);
      assertThat(curate.total("decode-0").getReceived()).isEqualTo(1);
      assertThat(curate.total("dedup-0").getCandidates()).isEqualTo(Map.of("general", 1L));
      assertThat(curate.newReports()).isZero();
    }
  }
}
