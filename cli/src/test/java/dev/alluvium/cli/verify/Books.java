package dev.alluvium.cli.verify;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.schemas.avro.WindowClose;
import dev.alluvium.schemas.avro.WindowOpen;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.schemas.window.WindowDigest;
import dev.alluvium.trainer.checkpoint.CheckpointStore;
import dev.alluvium.trainer.release.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjLongConsumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The books of a real namespace, with their offsets, to be altered one thing at a time. */
final class Books implements Records {
  private final Topics topics;
  private final Path store;
  private final Map<String, List<Line>> lines = new HashMap<>();
  private final Set<String> cut = new HashSet<>();
  private final Map<Path, byte[]> originals = new HashMap<>();
  private final Set<Path> added = new HashSet<>();

  /** A record. */
  record Line(long offset, Object value) {}

  private Books(Topics topics, Path store) {
    this.topics = topics;
    this.store = store;
  }

  /** What the broker and the store hold now. */
  static Books of(Cluster cluster, Path store) {
    Topics topics = cluster.topics();
    Books books = new Books(topics, store.resolve(topics.id("train")));
    for (Topic<?, ?> topic :
        List.of(topics.ledger(), topics.windows(), topics.progress(), topics.models())) {
      List<Line> all = new ArrayList<>();
      cluster.reader().read(topic, record -> all.add(new Line(record.offset(), record.value())));
      books.lines.put(topic.name(), all);
    }
    return books;
  }

  /** The same records, to be altered; the files are the same and must be {@link #restore}d. */
  Books copy() {
    Books copy = new Books(topics, store);
    lines.forEach((topic, all) -> copy.lines.put(topic, new ArrayList<>(all)));
    return copy;
  }

  @Override
  public boolean whole(Topic<?, ?> topic) {
    return !cut.contains(topic.name());
  }

  @Override
  @SuppressWarnings("unchecked")
  public <V> void read(Topic<?, V> topic, ObjLongConsumer<V> each) {
    of(topic).forEach(line -> each.accept((V) line.value(), line.offset()));
  }

  private List<Line> of(Topic<?, ?> topic) {
    return lines.get(topic.name());
  }

  List<Line> windows() {
    return of(topics.windows());
  }

  List<Line> ledger() {
    return of(topics.ledger());
  }

  List<Line> models() {
    return of(topics.models());
  }

  /** Retention deletes a topic's records below an offset. */
  void cut(Topic<?, ?> topic, long offset) {
    cut.add(topic.name());
    of(topic).removeIf(line -> line.offset() < offset);
  }

  Topics topics() {
    return topics;
  }

  static Object part(Line line) {
    return line.value() instanceof WindowRecord record
        ? record.getRecord()
        : ((LedgerEntry) line.value()).getEntry();
  }

  /** Place of the open, an example or the close of a window. */
  int place(Class<?> type, long window, int nth) {
    return IntStream.range(0, windows().size())
        .filter(i -> type.isInstance(part(windows().get(i))) && window(i) == window)
        .skip(nth)
        .findFirst()
        .orElseThrow();
  }

  private long window(int place) {
    Object part = part(windows().get(place));
    if (part instanceof WindowOpen open) {
      return open.getWindowId();
    }
    return part instanceof Example example
        ? example.getWindowId()
        : ((WindowClose) part).getWindowId();
  }

  /** Alters a record of the windows. */
  void alter(int place, UnaryOperator<Object> change) {
    Line line = windows().get(place);
    windows().set(place, new Line(line.offset(), new WindowRecord(change.apply(part(line)))));
  }

  void close(long window, UnaryOperator<WindowClose> change) {
    alter(place(WindowClose.class, window, 0), part -> change.apply((WindowClose) part));
  }

  void example(long window, int index, UnaryOperator<Example> change) {
    alter(place(Example.class, window, index), part -> change.apply((Example) part));
  }

  /** Makes a window's close fit its examples again, as whoever covers something up would. */
  void mend(long window) {
    List<Example> examples =
        windows().stream()
            .map(Books::part)
            .filter(part -> part instanceof Example e && e.getWindowId() == window)
            .map(Example.class::cast)
            .toList();
    close(
        window,
        close ->
            WindowClose.newBuilder(close)
                .setExamples(examples.size())
                .setDigest(WindowDigest.of(examples))
                .build());
  }

  /** The first example of any window that is as wanted. */
  Example anyExample(Predicate<Example> wanted) {
    return windows().stream()
        .map(Books::part)
        .filter(part -> part instanceof Example example && wanted.test(example))
        .map(Example.class::cast)
        .findFirst()
        .orElseThrow();
  }

  /** Every record of a window. */
  List<Line> recordsOf(long window) {
    return List.copyOf(
        windows()
            .subList(place(WindowOpen.class, window, 0), place(WindowClose.class, window, 0) + 1));
  }

  long lastWindow() {
    return windows().stream()
        .map(Books::part)
        .filter(WindowClose.class::isInstance)
        .mapToLong(part -> ((WindowClose) part).getWindowId())
        .max()
        .orElseThrow();
  }

  Outcome outcome(long window) {
    return ledger().stream()
        .map(Books::part)
        .filter(entry -> entry instanceof Outcome outcome && outcome.getWindowId() == window)
        .map(Outcome.class::cast)
        .findFirst()
        .orElseThrow();
  }

  void outcome(long window, UnaryOperator<Outcome> change) {
    ledger(entry -> entry instanceof Outcome o && o.getWindowId() == window, change, Outcome.class);
  }

  void candidate(String pairId, UnaryOperator<Candidate> change) {
    ledger(
        entry -> entry instanceof Candidate c && c.getPairId().equals(pairId),
        change,
        Candidate.class);
  }

  private <T> void ledger(Predicate<Object> wanted, UnaryOperator<T> change, Class<T> type) {
    ledger()
        .replaceAll(
            line ->
                wanted.test(part(line))
                    ? new Line(line.offset(), new LedgerEntry(change.apply(type.cast(part(line)))))
                    : line);
  }

  /** Adds a line to the ledger. */
  void addToLedger(Object entry) {
    long end = ledger().get(ledger().size() - 1).offset() + 1;
    ledger().add(new Line(end, new LedgerEntry(entry)));
  }

  void progress(UnaryOperator<Progress> change) {
    List<Line> all = of(topics.progress());
    Line last = all.get(all.size() - 1);
    all.add(new Line(last.offset() + 1, change.apply((Progress) last.value())));
  }

  Progress progress() {
    List<Line> all = of(topics.progress());
    return (Progress) all.get(all.size() - 1).value();
  }

  void version(String name, UnaryOperator<ModelVersion> change) {
    models()
        .replaceAll(
            line ->
                ((ModelVersion) line.value()).getVersion().equals(name)
                    ? new Line(line.offset(), change.apply((ModelVersion) line.value()))
                    : line);
  }

  ModelVersion version(String name) {
    return models().stream()
        .map(line -> (ModelVersion) line.value())
        .filter(version -> version.getVersion().equals(name))
        .reduce((older, newer) -> newer)
        .orElseThrow();
  }

  /** Checkpoints that training may return to, oldest first. */
  List<String> returnPoints() {
    return new CheckpointStore(store).read(progress().getCheckpoint()).position().returnPoints();
  }

  Path versionFile(String name, String file) {
    return Path.of(version(name).getPath()).resolve(file);
  }

  Path checkpointFile(String checkpoint, String file) {
    return store.resolve("checkpoints").resolve(checkpoint).resolve(file);
  }

  /** Alters a file. */
  void alter(Path file, UnaryOperator<byte[]> change) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    originals.putIfAbsent(file, bytes);
    Files.write(file, change.apply(bytes.clone()));
  }

  void delete(Path file) throws IOException {
    originals.putIfAbsent(file, Files.readAllBytes(file));
    Files.delete(file);
  }

  void add(Path file, String text) throws IOException {
    Files.writeString(file, text);
    added.add(file);
  }

  /** Where the base model of the newest version is. */
  Path baseModel() throws IOException {
    return Path.of(ModelStore.manifest(Path.of(version("v000003").getPath())).baseModel());
  }

  /** Makes all files what they were. */
  void restore() throws IOException {
    for (Path file : added) {
      Files.delete(file);
    }
    for (Map.Entry<Path, byte[]> original : originals.entrySet()) {
      Files.write(original.getKey(), original.getValue());
    }
  }
}
