package dev.alluvium.streams.ask;

import static java.util.Objects.requireNonNull;

import dev.alluvium.judges.Judges;
import dev.alluvium.schemas.avro.AskedPair;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.streams.config.S3ftSettings;
import dev.alluvium.streams.prompt.PromptFiles;
import dev.alluvium.streams.text.PairHashes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Chooses the targets of pairs at hand, by the same steps as curate and without a stream. */
public final class TargetChooser {
  private final Asking asking;

  /** Chooses by settings. */
  public TargetChooser(S3ftSettings settings, PromptFiles prompts, Judges judges) {
    this.asking = new Asking(settings, prompts, judges, 0);
  }

  /** Answers requests: a result for each, in their order. */
  public interface Workers {
    List<GenerationResult> answer(List<GenerationRequest> requests);
  }

  /** The pairs with their targets, in their order. */
  public List<Candidate> choose(List<AskInput.NewPair> pairs, Workers workers) {
    Candidate[] decided = new Candidate[pairs.size()];
    Map<Integer, AskedPair> waiting = new HashMap<>();
    for (int i = 0; i < pairs.size(); i++) {
      go(i, asking.begin(asked(pairs.get(i))), decided, waiting);
    }
    while (!waiting.isEmpty()) {
      List<Integer> places = waiting.keySet().stream().sorted().toList();
      List<AskedPair> asked = places.stream().map(i -> requireNonNull(waiting.remove(i))).toList();
      List<GenerationResult> results =
          workers.answer(asked.stream().map(pair -> requireNonNull(pair.getRequest())).toList());
      for (int i = 0; i < places.size(); i++) {
        go(places.get(i), asking.reply(asked.get(i), results.get(i)), decided, waiting);
      }
    }
    return List.of(decided);
  }

  private static AskedPair asked(AskInput.NewPair pair) {
    Candidate candidate = pair.candidate();
    return AskedPair.newBuilder()
        .setTicket(PairHashes.edition(candidate.getPairId(), candidate.getPrompt()))
        .setCandidate(candidate)
        .setQuestion(pair.question())
        .setMeta(pair.meta())
        .setAdmittedAt(candidate.getEventTime())
        .build();
  }

  private static void go(
      int place, Step step, Candidate[] decided, Map<Integer, AskedPair> waiting) {
    if (step instanceof Step.Ask ask) {
      waiting.put(place, ask.pair());
    } else {
      decided[place] = ((Step.Decide) step).candidate();
    }
  }
}
