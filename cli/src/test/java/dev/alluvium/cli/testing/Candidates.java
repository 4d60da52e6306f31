package dev.alluvium.cli.testing;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.schemas.avro.Candidate;
import java.util.ArrayList;
import java.util.List;

/** The pairs that have a target. */
public final class Candidates {
  private Candidates() {}

  /** All that the ledger holds now, in its order. */
  public static List<Candidate> of(Cluster cluster) {
    List<Candidate> candidates = new ArrayList<>();
    cluster
        .reader()
        .read(
            cluster.topics().ledger(),
            record -> {
              if (record.value().getEntry() instanceof Candidate candidate) {
                candidates.add(candidate);
              }
            });
    return candidates;
  }
}
