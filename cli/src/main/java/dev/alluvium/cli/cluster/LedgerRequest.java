package dev.alluvium.cli.cluster;

import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.schemas.avro.Answer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;

/**
 * Something that people ask for through the ledger, where it has its place among everything else.
 *
 * @param id of the request, which the answer repeats
 * @param kind key of the ledger's record
 * @param entry what is asked for
 * @param what the same for a person, such as {@code the policy}
 * @param answerer for a person: who answers, and what becomes of it if nobody does now
 */
public record LedgerRequest(
    String id, String kind, SpecificRecord entry, String what, String answerer) {
  private static final Duration POLL = Duration.ofMillis(200);

  /**
   * Writes it and waits for the answer.
   *
   * @throws CommandFailure when none comes in time
   */
  public Answer ask(Cluster cluster, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    return ask(cluster, () -> System.nanoTime() - end >= 0)
        .orElseThrow(
            () ->
                new CommandFailure(
                    "no answer in %d s: %s".formatted(patience.toSeconds(), answerer)));
  }

  /**
   * Writes it and waits for the answer.
   *
   * @param giveUp asked now and then
   * @return nothing when it was given up
   */
  public Optional<Answer> ask(Cluster cluster, BooleanSupplier giveUp) {
    try (ReportTail reports = new ReportTail(cluster)) {
      LedgerWriter.write(cluster, kind, entry, what);
      while (!giveUp.getAsBoolean()) {
        for (Object body : reports.poll(POLL)) {
          if (body instanceof Answer answer && answer.getRequestId().equals(id)) {
            return Optional.of(answer);
          }
        }
      }
    }
    return Optional.empty();
  }
}
