package dev.alluvium.cli.operate;

import static dev.alluvium.cli.operate.Records.candidate;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.JudgeDecision;
import dev.alluvium.schemas.avro.JudgeVerdict;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.schemas.pair.PairDecoder;
import dev.alluvium.schemas.pair.RegisteredSchemas;
import dev.alluvium.schemas.serde.SchemaHistory;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What programs read of a target that the model wrote. */
class LineageJsonTest {
  @Test
  void wordsOfTheModelComeWithItsVersionAndTheJudges() {
    ObjectNode edition = json(false);

    assertThat(edition.get("kind").asText()).isEqualTo("CANDIDATE");
    assertThat(edition.get("origin").asText()).isEqualTo("MODEL");
    assertThat(edition.get("reason").asText()).isEqualTo("accepted");
    assertThat(edition.get("model_version").asText()).isEqualTo("v000003");
    assertThat(edition.get("template").asText()).isEqualTo("digest");
    assertThat(edition.get("verdicts").toString())
        .isEqualTo(
            "[{\"kind\":\"ANSWER\",\"judge\":\"number\",\"version\":2,\"decision\":\"ACCEPTED\",\"score\":1.0,\"reason\":\"equal\"}]");
    assertThat(edition.toString()).doesNotContain("my own words", "quoted", "gold words");
  }

  @Test
  void itsTextComesWhenItIsAskedFor() {
    assertThat(json(true).get("text").toString())
        .isEqualTo(
            "{\"instruction\":\"ask\",\"context\":null,\"history\":[],\"target\":\"my own words\",\"gold\":\"gold words\"}");
  }

  private static ObjectNode json(boolean text) {
    Target target =
        Target.newBuilder()
            .setText("my own words")
            .setOrigin(Origin.MODEL)
            .setReason("accepted")
            .setModelVersion("v000003")
            .setTemplate("digest")
            .build();
    JudgeVerdict verdict =
        new JudgeVerdict(
            GenerationKind.ANSWER,
            JudgeDecision.ACCEPTED,
            "equal",
            1.0,
            "quoted",
            "number",
            2,
            false);
    Candidate candidate =
        Candidate.newBuilder(candidate("p", "ask", 7, "gold words"))
            .setTarget(target)
            .setVerdicts(List.of(verdict))
            .build();
    LineageFold fold =
        new LineageFold(
            "p",
            new Versions(new TreeMap<>(), Optional.empty()),
            new LetterOwner(new PairDecoder(SchemaHistory.store(), RegisteredSchemas.ownOnly())),
            text);
    fold.ledger(0, new LedgerEntry(candidate));
    return (ObjectNode) LineageJson.of(fold.lineage(), List.of()).at("/editions/0");
  }
}
