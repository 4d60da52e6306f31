package dev.alluvium.streams.ask;

import static java.util.Objects.requireNonNull;

import dev.alluvium.judges.Judges;
import dev.alluvium.schemas.avro.AskReport;
import dev.alluvium.schemas.avro.AskedPair;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.PairScores;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.streams.config.S3ftSettings;
import dev.alluvium.streams.prompt.PromptFiles;
import dev.alluvium.streams.text.PairHashes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Pairs and results in; targets and requests out. Each pair gets exactly one target: the first
 * result that is committed decides, later ones find nobody who waits.
 */
public final class AskProcessor implements Processor<String, AskInput, String, AskOutput> {
  /** The stores it needs. */
  public static final String[] STORES = {
    Waiting.IN_FLIGHT, Waiting.PARKED, Waiting.ORDER, Waiting.STATE
  };

  private static final Duration TICK = Duration.ofSeconds(1);

  /** Most pairs that leave the backlog at once when no model is asked any more. */
  private static final int DRAINED_AT_ONCE = 1_000;

  private final S3ftSettings settings;
  private final PromptFiles prompts;
  private final Judges judges;
  private final Duration requestLife;
  private @Nullable ProcessorContext<String, AskOutput> context;
  private @Nullable Waiting waiting;
  private @Nullable Asking asking;
  private @Nullable AskReport reported;
  private @Nullable WorkerAlarm alarm;

  /** Results that came while this task was down are read first: its own absence ages nothing. */
  private long upSince;

  /**
   * @param requestLife how long a request that no worker has taken is surely still there
   */
  public AskProcessor(
      S3ftSettings settings, PromptFiles prompts, Judges judges, Duration requestLife) {
    this.settings = settings;
    this.prompts = prompts;
    this.judges = judges;
    this.requestLife = requestLife;
  }

  @Override
  public void init(ProcessorContext<String, AskOutput> context) {
    this.context = context;
    this.upSince = context.currentSystemTimeMs();
    this.alarm = new WorkerAlarm(upSince);
    this.waiting = new Waiting(context);
    this.asking = new Asking(settings, prompts, judges, context.taskId().partition());
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
  }

  @Override
  public void process(Record<String, AskInput> record) {
    long now = requireNonNull(context).currentSystemTimeMs();
    AskInput input = record.value();
    if (input instanceof AskInput.NewPair pair) {
      admit(pair, now, record.timestamp());
    } else if (input instanceof AskInput.Reply reply) {
      hear(reply.result(), now, record.timestamp());
    }
    requireNonNull(waiting).save();
  }

  private void admit(AskInput.NewPair arrived, long now, long time) {
    Candidate candidate = arrived.candidate();
    Asking machine = requireNonNull(asking);
    Waiting memory = requireNonNull(waiting);
    if (machine.isOff() && memory.isEmpty()) {
      pass(candidate, time);
      return;
    }
    String ticket = PairHashes.edition(candidate.getPairId(), candidate.getPrompt());
    AskedPair older = memory.remove(ticket);
    if (older != null) {
      decide(older, machine.gold(older, TargetReason.SUPERSEDED), now, time);
    }
    if (machine.isOff()) {
      pass(candidate, time);
      return;
    }
    AskedPair pair =
        AskedPair.newBuilder()
            .setTicket(ticket)
            .setCandidate(candidate)
            .setQuestion(arrived.question())
            .setMeta(arrived.meta())
            .setAdmittedAt(now)
            .build();
    if (memory.totals().parked() == 0 && hasRoom()) {
      begin(pair, now, time);
    } else if (!settings.waitsWhenBusy()) {
      decide(pair, machine.gold(pair, TargetReason.BUSY), now, time);
    } else if (memory.totals().parkedBytes() + Waiting.bytes(pair)
        > ((long) settings.backlogMiB() << 20)) {
      decide(pair, machine.gold(pair, TargetReason.BACKLOG_FULL), now, time);
    } else {
      memory.park(pair, older != null && older.getRequest() == null);
    }
    fill(now, time);
  }

  /** Its target is gold already. */
  private void pass(Candidate candidate, long time) {
    requireNonNull(waiting).totals().target(candidate, 0);
    forward(candidate.getPairId(), new AskOutput.Decided(candidate), time);
  }

  private boolean hasRoom() {
    return requireNonNull(waiting).totals().inFlight() < settings.maxInFlight();
  }

  private void begin(AskedPair pair, long now, long time) {
    Step step = requireNonNull(asking).begin(pair);
    if (step instanceof Step.Ask ask) {
      AskedPair asked = asked(ask, now);
      requireNonNull(waiting).fly(asked);
      write(requireNonNull(asked.getRequest()), time);
    } else {
      decide(pair, step, now, time);
    }
  }

  /** Writes requests for parked pairs while there is room. */
  private void fill(long now, long time) {
    Waiting memory = requireNonNull(waiting);
    while (memory.totals().parked() > 0 && hasRoom()) {
      AskedPair next = memory.unpark();
      if (next == null) {
        return;
      }
      begin(next, now, time);
    }
  }

  private void hear(GenerationResult result, long now, long time) {
    requireNonNull(alarm).heard(now);
    Waiting memory = requireNonNull(waiting);
    if (result.getKind() == GenerationKind.SCORE) {
      score(result);
      return;
    }
    AskedPair pair = memory.inFlight(Requests.ticketOf(result.getRequestId()));
    if (pair == null || !Requests.isOf(pair, result.getRequestId())) {
      memory.totals().late();
    } else if (result.getFinish() == FinishReason.STARTED) {
      // Only the first word counts: a request that ends every worker must not live for ever.
      if (pair.getStartedAt() == null) {
        memory.update(AskedPair.newBuilder(pair).setStartedAt(now).build());
      }
    } else {
      memory.totals().result(result);
      Step step = requireNonNull(asking).reply(pair, result);
      countRetry(pair, step);
      go(pair, step, now, time);
      fill(now, time);
    }
  }

  /** Nobody waits for scores; a worker that cannot score says so, and that is counted too. */
  private void score(GenerationResult result) {
    AskTotals totals = requireNonNull(waiting).totals();
    PairScores scores = result.getScores();
    if (result.getFinish() != FinishReason.STARTED) {
      totals.result(result);
    }
    if (scores != null) {
      totals.scores(result.getSkill(), scores);
    }
  }

  private void countRetry(AskedPair pair, Step step) {
    GenerationRequest before = requireNonNull(pair.getRequest());
    boolean again =
        step instanceof Step.Ask ask
            && requireNonNull(ask.pair().getRequest()).getRequestId().equals(before.getRequestId());
    if (again) {
      requireNonNull(waiting).totals().retry("no_result");
    }
  }

  /** Takes a step of a pair a request was out for. */
  private void go(AskedPair pair, Step step, long now, long time) {
    if (step instanceof Step.Ask ask) {
      AskedPair asked = asked(ask, now);
      requireNonNull(waiting).update(asked);
      write(requireNonNull(asked.getRequest()), time);
    } else {
      requireNonNull(waiting).land(pair);
      decide(pair, step, now, time);
    }
  }

  private void decide(AskedPair pair, Step step, long now, long time) {
    Candidate candidate = ((Step.Decide) step).candidate();
    requireNonNull(waiting).totals().target(candidate, Math.max(0, now - pair.getAdmittedAt()));
    forward(candidate.getPairId(), new AskOutput.Decided(candidate), time);
    requireNonNull(asking)
        .requests()
        .score(pair.getTicket(), candidate)
        .ifPresent(request -> write(request, time));
  }

  private void tick(long now) {
    Waiting memory = requireNonNull(waiting);
    List<AskedPair> inFlight = memory.inFlight();
    inFlight.forEach(pair -> check(pair, now));
    requireNonNull(alarm).look(inFlight, memory.totals(), now);
    if (requireNonNull(asking).isOff()) {
      drain(now);
    } else {
      fill(now, now);
    }
    memory.save();
    AskReport report = memory.totals().report();
    if (!report.equals(reported)) {
      reported = report;
      Report fact = new Report(Instant.ofEpochMilli(now), report);
      forward(report.getTask(), new AskOutput.Fact("curate-" + report.getTask(), fact), now);
    }
  }

  /** Deadlines count from when a worker took the request in hand. */
  private void check(AskedPair pair, long now) {
    Asking machine = requireNonNull(asking);
    Long startedAt = pair.getStartedAt();
    if (machine.isOff()) {
      go(pair, machine.gold(pair, TargetReason.S3FT_OFF), now, now);
    } else if (startedAt != null
        && now - Math.max(startedAt, upSince) > settings.deadline().toMillis()) {
      requireNonNull(waiting).totals().retry("deadline");
      go(pair, machine.overdue(pair), now, now);
    } else if (startedAt == null && isForgotten(pair, now)) {
      if (settings.waitsWhenBusy()) {
        requireNonNull(waiting).totals().retry("not_taken");
        go(pair, new Step.Ask(pair), now, now);
      } else {
        go(pair, machine.gold(pair, TargetReason.BUSY), now, now);
      }
    }
  }

  /** No worker has taken it: it waits for one, as long as the topic keeps it. */
  private boolean isForgotten(AskedPair pair, long now) {
    Duration patience = settings.waitsWhenBusy() ? requestLife : settings.deadline();
    return now - pair.getAskedAt() > patience.toMillis();
  }

  private void drain(long now) {
    for (int i = 0; i < DRAINED_AT_ONCE; i++) {
      AskedPair pair = requireNonNull(waiting).unpark();
      if (pair == null) {
        return;
      }
      decide(pair, requireNonNull(asking).gold(pair, TargetReason.S3FT_OFF), now, now);
    }
  }

  private static AskedPair asked(Step.Ask ask, long now) {
    return AskedPair.newBuilder(ask.pair()).setAskedAt(now).setStartedAt(null).build();
  }

  private void write(GenerationRequest request, long time) {
    requireNonNull(waiting).totals().request(request.getKind());
    forward(request.getPairId(), new AskOutput.Request(request), time);
  }

  private void forward(String key, AskOutput output, long time) {
    requireNonNull(context).forward(new Record<>(key, output, time));
  }
}
