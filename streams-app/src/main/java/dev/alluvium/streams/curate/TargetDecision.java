package dev.alluvium.streams.curate;

import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.schemas.avro.ValidPair;

/** Chooses the text that will be trained for a pair. */
@FunctionalInterface
interface TargetDecision {
  /** The target of a pair. */
  Target targetOf(ValidPair pair);

  /** Gold always: no model is asked. */
  static TargetDecision gold() {
    return pair ->
        Target.newBuilder()
            .setText(pair.getPair().getResponse())
            .setOrigin(Origin.GOLD)
            .setReason("s3ft_off")
            .build();
  }
}
