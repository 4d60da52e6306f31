package dev.alluvium.streams.mix.quota;

import dev.alluvium.schemas.avro.CloseReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** No quotas: as the candidates come, oldest first, whatever their skill. */
final class OldestFirst implements Quotas {
  private final Division division;
  private final int most;
  private final int budget;

  OldestFirst(Division division) {
    this.division = division;
    this.most = division.fullWindow();
    this.budget = division.policy().getWindowTokens();
  }

  /** One skill's candidates on their way into the window. */
  private static final class Queue {
    private final int skill;
    private final Iterator<? extends Supply.Item> rest;
    private Supply.Item head;

    Queue(int skill, Iterator<? extends Supply.Item> items) {
      this.skill = skill;
      this.rest = items;
      this.head = items.next();
    }

    long number() {
      return head.number();
    }
  }

  @Override
  public @Nullable Plan balanced() {
    int[] taken = new int[division.shares().size()];
    CloseReason end = take(taken);
    return end == null ? null : plan(end, taken);
  }

  @Override
  public @Nullable Plan elastic(CloseReason reason) {
    int[] taken = new int[division.shares().size()];
    take(taken);
    return Division.sum(taken) == 0 ? null : plan(reason, taken);
  }

  /** Takes until a budget is used up; null when the candidates end before. */
  private @Nullable CloseReason take(int[] taken) {
    int[] available = division.available();
    PriorityQueue<Queue> queues = new PriorityQueue<>(Comparator.comparingLong(Queue::number));
    queues.addAll(queues(available));
    long tokens = 0;
    int examples = 0;
    while (!queues.isEmpty()) {
      Queue next = queues.remove();
      tokens += next.head.tokens();
      if (tokens > budget) {
        return CloseReason.TOKENS;
      }
      taken[next.skill]++;
      if (++examples == most) {
        return CloseReason.COUNT;
      }
      if (taken[next.skill] < available[next.skill]) {
        next.head = next.rest.next();
        queues.add(next);
      }
    }
    return null;
  }

  private List<Queue> queues(int[] available) {
    List<Queue> queues = new ArrayList<>();
    for (int i = 0; i < available.length; i++) {
      if (available[i] > 0) {
        queues.add(new Queue(i, division.supply().oldest(division.shares().skill(i)).iterator()));
      }
    }
    return queues;
  }

  private Plan plan(CloseReason reason, int[] taken) {
    Shares shares = division.shares();
    return new Plan(reason, shares.named(taken), shares.named(taken), new TreeMap<>());
  }
}
