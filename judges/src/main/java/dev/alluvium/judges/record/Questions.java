package dev.alluvium.judges.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.judges.CaseReader;
import dev.alluvium.judges.Question;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.Prompt;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a judge may know of a pair, read as if the pair stood in a file. */
public final class Questions {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Questions() {}

  /**
   * The question of a pair on its way to its target.
   *
   * @param asked the pair's own prompt
   * @param meta what else the producer sent, values as JSON text
   * @throws IllegalArgumentException when a member is of the wrong kind; says which
   */
  public static Question of(Candidate candidate, Prompt asked, Map<String, String> meta) {
    return question(
        candidate.getSkill(),
        asked,
        candidate.getGold(),
        candidate.getAnswer(),
        candidate.getTests(),
        meta);
  }

  /**
   * The question behind a request to execute tests.
   *
   * @throws IllegalArgumentException when a member is of the wrong kind; says which
   */
  public static Question of(GenerationRequest request) {
    return question(
        request.getSkill(),
        request.getPrompt(),
        request.getGold(),
        request.getAnswer(),
        request.getTests(),
        request.getMeta());
  }

  /**
   * The question of a held-out pair, of which the stream carries no meta.
   *
   * @throws IllegalArgumentException when a member is of the wrong kind; says which
   */
  public static Question of(Probe probe) {
    return question(
        probe.getSkill(),
        probe.getPrompt(),
        probe.getGold(),
        probe.getAnswer(),
        probe.getTests(),
        Map.of());
  }

  private static Question question(
      String skill,
      Prompt prompt,
      @Nullable String gold,
      @Nullable String answer,
      List<String> tests,
      Map<String, String> meta) {
    ObjectNode pair = JSON.createObjectNode();
    pair.put("skill", skill);
    pair.put("instruction", prompt.getInstruction());
    pair.put("context", prompt.getContext());
    pair.put("response", gold);
    pair.put("answer", answer);
    ArrayNode sources = pair.putArray("tests");
    tests.forEach(sources::add);
    ObjectNode rest = pair.putObject("meta");
    meta.forEach((name, value) -> put(rest, name, value));
    return CaseReader.question(pair);
  }

  /** A value that is no JSON is a text. */
  private static void put(ObjectNode rest, String name, String value) {
    try {
      rest.set(name, JSON.readTree(value));
    } catch (JsonProcessingException e) {
      rest.put(name, value);
    }
  }
}
