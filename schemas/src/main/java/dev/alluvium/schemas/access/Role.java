package dev.alluvium.schemas.access;

import java.util.Arrays;
import java.util.Locale;

/** A process that can have a principal of its own. */
public enum Role {
  /** {@code alluvium produce}, and any other producer. */
  PRODUCE,
  /** {@code alluvium streams}: curate, mix, watch and the dashboard. */
  STREAMS,
  /** {@code alluvium train}. */
  TRAIN,
  /** {@code alluvium generate}. */
  GENERATE,
  /** {@code alluvium publish}. */
  PUBLISH,
  /** Every other command: topics, models, policy, erase, verify, doctor and so on. */
  OPERATOR;

  /** The name people use: that of the command, or {@code operator}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role of a command of {@code alluvium}. */
  public static Role of(String command) {
    return Arrays.stream(values())
        .filter(role -> role.label().equals(command))
        .findFirst()
        .orElse(OPERATOR);
  }
}
