package dev.alluvium.streams.curate;

import dev.alluvium.schemas.avro.Editions;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The prompts a task remembers, at most so many: the one that came first is forgotten first. A
 * second store numbers them in order of arrival, without gaps, so that forgetting needs no scan.
 */
final class PromptMemory {
  static final String EDITIONS = "curate-editions";
  static final String ORDER = "curate-prompt-order";

  private final KeyValueStore<String, Editions> editions;
  private final KeyValueStore<Long, String> order;
  private final TaskMemory numbers;
  private final int most;

  PromptMemory(
      KeyValueStore<String, Editions> editions,
      KeyValueStore<Long, String> order,
      TaskMemory numbers,
      int most) {
    this.editions = editions;
    this.order = order;
    this.numbers = numbers;
    this.most = most;
  }

  /** What is remembered of a prompt; null when nothing. */
  @Nullable Editions get(String prompt) {
    return editions.get(prompt);
  }

  /**
   * Remembers a prompt.
   *
   * @param known whether {@link #get} found it
   */
  void put(String prompt, Editions remembered, boolean known) {
    editions.put(prompt, remembered);
    if (known) {
      return;
    }
    order.put(numbers.addPrompt(), prompt);
    while (numbers.prompts() > most) {
      String oldest = order.delete(numbers.removeOldestPrompt());
      if (oldest != null) {
        editions.delete(oldest);
      }
    }
  }
}
