package dev.alluvium.streams.mix.fold;

import static java.util.Objects.requireNonNull;

import dev.alluvium.schemas.avro.Answer;
import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.avro.MixState;
import dev.alluvium.schemas.avro.OpenWindow;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.WindowClose;
import dev.alluvium.schemas.avro.WindowOpen;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.schemas.avro.WindowReport;
import dev.alluvium.schemas.serde.AvroSerde;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.message.SchemaStore;

/** A fold on a store in memory that keeps what comes out. */
final class Mix implements MixOutput {
  private static final AvroSerde<WindowRecord> BYTES =
      AvroSerde.of(WindowRecord.class, new SchemaStore.Cache());

  final MemoryStore store = new MemoryStore();
  final List<Object> written = new ArrayList<>();
  private final Map<Long, List<Example>> byWindow = new HashMap<>();
  private final Map<Class<?>, List<Object>> byType = new HashMap<>();
  final List<MixReport> reports = new ArrayList<>();
  final List<WindowReport> windowReports = new ArrayList<>();
  final List<Answer> answers = new ArrayList<>();
  final List<String> ignored = new ArrayList<>();
  final List<byte[]> bytes = new ArrayList<>();
  private MixFold fold = new MixFold(store.tables);
  private long offset;

  /** A fold with a first policy. */
  static Mix under(Policy policy) {
    return new Mix().fold(Ledger.policyChange(null, policy));
  }

  Mix fold(LedgerEntry... entries) {
    for (LedgerEntry entry : entries) {
      fold.fold(offset++, entry, this);
    }
    return this;
  }

  /** So many candidates of a skill, 10 tokens each. */
  Mix candidates(String skill, int from, int count) {
    for (int i = from; i < from + count; i++) {
      fold(Ledger.candidate(skill + i, skill));
    }
    return this;
  }

  /** Goes on with a new fold on what the store holds, as after a crash. */
  void restart() {
    fold = new MixFold(store.tables);
  }

  String digest() {
    return requireNonNull(fold.policyDigest());
  }

  @Override
  public void window(long windowId, WindowRecord record) {
    Object part = record.getRecord();
    written.add(part);
    byType.computeIfAbsent(part.getClass(), type -> new ArrayList<>()).add(part);
    if (part instanceof Example example) {
      byWindow.computeIfAbsent(windowId, window -> new ArrayList<>()).add(example);
    }
    bytes.add(BYTES.toBytes(record));
  }

  @Override
  public void report(Report report) {
    if (report.getBody() instanceof WindowReport window) {
      windowReports.add(window);
    } else if (report.getBody() instanceof Answer answer) {
      answers.add(answer);
    } else {
      reports.add((MixReport) report.getBody());
    }
  }

  @Override
  public void ignored(String reason, String detail) {
    ignored.add(reason);
  }

  MixState state() {
    return fold.state();
  }

  List<WindowOpen> opens() {
    return all(WindowOpen.class);
  }

  List<WindowClose> closes() {
    return all(WindowClose.class);
  }

  List<Example> examples() {
    return all(Example.class);
  }

  List<Control> controls() {
    return all(Control.class);
  }

  WindowClose close(int window) {
    return closes().get(window - 1);
  }

  MixReport lastReport() {
    return reports.get(reports.size() - 1);
  }

  Map<String, Long> expired() {
    return state().getExpired();
  }

  /** What may be replayed, by skill. */
  Map<String, Integer> kept() {
    Map<String, Integer> kept = new HashMap<>();
    store.kept().forEach(key -> kept.merge(key.substring(0, key.indexOf('|')), 1, Integer::sum));
    return kept;
  }

  long queued() {
    return state().getOpen().stream().mapToLong(OpenWindow::getExamples).sum();
  }

  static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The examples of one window. */
  List<Example> examples(long window) {
    return byWindow.getOrDefault(window, List.of());
  }

  private <T> List<T> all(Class<T> type) {
    return byType.getOrDefault(type, List.of()).stream().map(type::cast).toList();
  }
}
