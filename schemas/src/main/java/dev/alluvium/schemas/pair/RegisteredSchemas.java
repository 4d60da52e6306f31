package dev.alluvium.schemas.pair;

import dev.alluvium.schemas.avro.Pair;
import java.util.Optional;
import org.apache.avro.Schema;

/** Where Confluent-framed records find the schema they were written with. */
public interface RegisteredSchemas {
  /**
   * The schema of an id, or nothing when no such id is registered.
   *
   * @throws RuntimeException when the registry cannot be asked; the caller tries again later
   */
  Optional<Schema> byId(int id);

  /** Without a registry there is only one schema an id can mean: our own. */
  static RegisteredSchemas ownOnly() {
    return new RegisteredSchemas() {
      @Override
      public Optional<Schema> byId(int id) {
        return Optional.of(Pair.SCHEMA$);
      }

      @Override
      public String toString() {
        return "the built-in schema (no curate.registry is set)";
      }
    };
  }
}
