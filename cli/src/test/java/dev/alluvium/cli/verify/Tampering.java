package dev.alluvium.cli.verify;

import static dev.alluvium.cli.verify.Kind.CHECKPOINT_POSITION;
import static dev.alluvium.cli.verify.Kind.CHECKPOINT_UNREADABLE;
import static dev.alluvium.cli.verify.Kind.EXAMPLE_COUNT;
import static dev.alluvium.cli.verify.Kind.OUTCOME_EXAMPLES;
import static dev.alluvium.cli.verify.Kind.OUTCOME_MISSING;
import static dev.alluvium.cli.verify.Kind.OUTCOME_TWICE;
import static dev.alluvium.cli.verify.Kind.OUTCOME_UNKNOWN_WINDOW;
import static dev.alluvium.cli.verify.Kind.PAIR_TWICE;
import static dev.alluvium.cli.verify.Kind.PROGRESS_OFFSET;
import static dev.alluvium.cli.verify.Kind.PROGRESS_WINDOW;
import static dev.alluvium.cli.verify.Kind.PROMOTION_UNKNOWN;
import static dev.alluvium.cli.verify.Kind.RECOMPUTED_CLOSE;
import static dev.alluvium.cli.verify.Kind.RECOMPUTED_CONTROLS;
import static dev.alluvium.cli.verify.Kind.RECOMPUTED_EXAMPLES;
import static dev.alluvium.cli.verify.Kind.RECOMPUTED_MISSING;
import static dev.alluvium.cli.verify.Kind.RECOMPUTED_OPEN;
import static dev.alluvium.cli.verify.Kind.REPLAY_UNFOUNDED;
import static dev.alluvium.cli.verify.Kind.SKILL_COUNTS;
import static dev.alluvium.cli.verify.Kind.STRAY_RECORD;
import static dev.alluvium.cli.verify.Kind.TOKEN_SUM;
import static dev.alluvium.cli.verify.Kind.VERSION_ADAPTER;
import static dev.alluvium.cli.verify.Kind.VERSION_BASE;
import static dev.alluvium.cli.verify.Kind.VERSION_DIGEST;
import static dev.alluvium.cli.verify.Kind.VERSION_FILE;
import static dev.alluvium.cli.verify.Kind.VERSION_FILE_EXTRA;
import static dev.alluvium.cli.verify.Kind.VERSION_FILE_MISSING;
import static dev.alluvium.cli.verify.Kind.VERSION_GAP;
import static dev.alluvium.cli.verify.Kind.VERSION_MANIFEST;
import static dev.alluvium.cli.verify.Kind.VERSION_MANIFEST_DIGEST;
import static dev.alluvium.cli.verify.Kind.VERSION_PARENT;
import static dev.alluvium.cli.verify.Kind.VERSION_REUSED;
import static dev.alluvium.cli.verify.Kind.VERSION_UNREADABLE;
import static dev.alluvium.cli.verify.Kind.VERSION_WINDOWS;
import static dev.alluvium.cli.verify.Kind.WINDOW_DIGEST;
import static dev.alluvium.cli.verify.Kind.WINDOW_GAP;
import static dev.alluvium.cli.verify.Kind.WINDOW_REPEATED;
import static dev.alluvium.cli.verify.Kind.WINDOW_UNCLOSED;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.alluvium.cli.verify.Books.Line;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.CloseReason;
import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.schemas.avro.Promotion;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.schemas.avro.WindowClose;
import dev.alluvium.schemas.avro.WindowOpen;
import dev.alluvium.schemas.avro.WindowRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * One way to falsify the books of a namespace with versions v000001 (promoted), v000002 (rolled
 * back) and v000003 (promoted).
 *
 * @param name in words
 * @param kind the kind of difference that it makes
 * @param also kinds that may come with it; some depend on what later windows happened to replay
 * @param plant falsifies
 */
record Tampering(String name, Kind kind, Set<Kind> also, Plant plant) {
  interface Plant {
    void in(Books books) throws Exception;
  }

  @Override
  public String toString() {
    return name;
  }

  private static Tampering of(String name, Plant plant, Kind kind, Kind... also) {
    return new Tampering(name, kind, Set.of(also), plant);
  }

  static Stream<Tampering> all() {
    return Stream.of(windows(), recomputed(), training(), versions(), files()).flatMap(s -> s);
  }

  private static Stream<Tampering> windows() {
    return Stream.of(
        of(
            "a letter in a window",
            books -> books.example(1, 2, e -> saying(e, "It is wordzz.")),
            WINDOW_DIGEST,
            RECOMPUTED_EXAMPLES,
            REPLAY_UNFOUNDED),
        of(
            "a letter in a window, and its digest mended",
            books -> {
              books.example(1, 2, e -> saying(e, "It is wordzz."));
              books.mend(1);
            },
            RECOMPUTED_EXAMPLES,
            RECOMPUTED_CLOSE,
            REPLAY_UNFOUNDED),
        of(
            "a close is missing",
            books -> books.windows().remove(books.place(WindowClose.class, 2, 0)),
            WINDOW_UNCLOSED,
            REPLAY_UNFOUNDED,
            RECOMPUTED_MISSING,
            OUTCOME_UNKNOWN_WINDOW),
        of(
            "a window is missing",
            books -> books.windows().removeAll(books.recordsOf(2)),
            WINDOW_GAP,
            REPLAY_UNFOUNDED,
            RECOMPUTED_MISSING,
            OUTCOME_UNKNOWN_WINDOW),
        of(
            "a window is there twice",
            books ->
                books.windows().addAll(books.place(WindowOpen.class, 3, 0), books.recordsOf(2)),
            WINDOW_REPEATED,
            PAIR_TWICE),
        of(
            "an example is missing",
            books -> books.windows().remove(books.place(Example.class, 2, 3)),
            STRAY_RECORD,
            EXAMPLE_COUNT,
            SKILL_COUNTS,
            TOKEN_SUM,
            WINDOW_DIGEST,
            RECOMPUTED_EXAMPLES,
            OUTCOME_EXAMPLES,
            REPLAY_UNFOUNDED),
        of(
            "the last example is missing",
            books -> books.windows().remove(books.place(WindowClose.class, 2, 0) - 1),
            EXAMPLE_COUNT,
            SKILL_COUNTS,
            TOKEN_SUM,
            WINDOW_DIGEST,
            RECOMPUTED_EXAMPLES,
            OUTCOME_EXAMPLES,
            REPLAY_UNFOUNDED),
        of(
            "two examples have changed places",
            books -> {
              int place = books.place(Example.class, 2, 3);
              Line moved = books.windows().remove(place);
              books.windows().add(place + 1, moved);
            },
            STRAY_RECORD,
            WINDOW_DIGEST,
            RECOMPUTED_EXAMPLES),
        of(
            "another number of examples",
            books -> books.close(1, c -> WindowClose.newBuilder(c).setExamples(7).build()),
            EXAMPLE_COUNT,
            RECOMPUTED_CLOSE),
        of(
            "other counts by skill",
            books ->
                books.close(
                    1, c -> WindowClose.newBuilder(c).setPerSkill(Map.of("code", 32)).build()),
            SKILL_COUNTS,
            RECOMPUTED_CLOSE),
        of(
            "another sum of tokens",
            books -> books.close(1, c -> WindowClose.newBuilder(c).setEstimatedTokens(1).build()),
            TOKEN_SUM,
            RECOMPUTED_CLOSE),
        of(
            "a pair is new again",
            books -> {
              Example old = books.anyExample(e -> e.getWindowId() == 1);
              books.example(2, 0, e -> Example.newBuilder(old).setWindowId(2).setIndex(0).build());
              books.mend(2);
            },
            PAIR_TWICE,
            REPLAY_UNFOUNDED,
            RECOMPUTED_EXAMPLES,
            RECOMPUTED_CLOSE),
        of(
            "a replayed example of another window",
            books -> {
              Example replayed = books.anyExample(e -> e.getReplayOf() != null);
              books.example(
                  replayed.getWindowId(),
                  replayed.getIndex(),
                  e -> Example.newBuilder(e).setReplayOf(e.getReplayOf() + 1).build());
              books.mend(replayed.getWindowId());
            },
            REPLAY_UNFOUNDED,
            RECOMPUTED_EXAMPLES,
            RECOMPUTED_CLOSE),
        of(
            "a replayed example in other words",
            books -> {
              Example replayed = books.anyExample(e -> e.getReplayOf() != null);
              books.example(replayed.getWindowId(), replayed.getIndex(), e -> saying(e, "no no"));
              books.mend(replayed.getWindowId());
            },
            REPLAY_UNFOUNDED,
            RECOMPUTED_EXAMPLES,
            RECOMPUTED_CLOSE));
  }

  private static Stream<Tampering> recomputed() {
    return Stream.of(
        of(
            "another policy in an open",
            books ->
                books.alter(
                    books.place(WindowOpen.class, 2, 0),
                    o -> WindowOpen.newBuilder((WindowOpen) o).setPolicyDigest("p").build()),
            RECOMPUTED_OPEN),
        of(
            "another reason in a close",
            books ->
                books.close(
                    2, c -> WindowClose.newBuilder(c).setReason(CloseReason.TOKENS).build()),
            RECOMPUTED_CLOSE),
        of(
            "an order is missing",
            books -> {
              int place = 0;
              while (!(Books.part(books.windows().get(place)) instanceof Control)) {
                place++;
              }
              books.windows().remove(place);
            },
            RECOMPUTED_CONTROLS),
        of(
            "a candidate in the ledger",
            books -> {
              String pair = books.anyExample(e -> e.getWindowId() == 1).getPairId();
              books.candidate(
                  pair,
                  c -> Candidate.newBuilder(c).setTarget(saying(c.getTarget(), "zz")).build());
            },
            RECOMPUTED_EXAMPLES,
            RECOMPUTED_CLOSE),
        of(
            "an invented window",
            books -> {
              long last = books.lastWindow();
              for (Line line : books.recordsOf(last)) {
                Object part = invented(Books.part(line), last + 1);
                books.windows().add(new Line(line.offset() + 1_000, new WindowRecord(part)));
              }
              books.mend(last + 1);
            },
            RECOMPUTED_MISSING));
  }

  private static Stream<Tampering> training() {
    return Stream.of(
        of(
            "an outcome of no window",
            books ->
                books.addToLedger(
                    new Outcome(99L, OutcomeStatus.TRAINED, "c", 1, List.of(), Map.of())),
            OUTCOME_UNKNOWN_WINDOW,
            OUTCOME_MISSING,
            PROGRESS_WINDOW),
        of(
            "an outcome is missing",
            books ->
                books
                    .ledger()
                    .removeIf(l -> Books.part(l) instanceof Outcome o && o.getWindowId() == 2),
            OUTCOME_MISSING,
            RECOMPUTED_CONTROLS,
            RECOMPUTED_MISSING,
            RECOMPUTED_OPEN,
            RECOMPUTED_EXAMPLES,
            RECOMPUTED_CLOSE),
        of("trained again", books -> books.addToLedger(books.outcome(1)), OUTCOME_TWICE),
        of(
            "an outcome of fewer examples",
            books -> books.outcome(1, o -> Outcome.newBuilder(o).setExamples(5).build()),
            OUTCOME_EXAMPLES),
        of(
            "an earlier last window",
            books -> books.progress(p -> Progress.newBuilder(p).setLastWindow(1).build()),
            PROGRESS_WINDOW,
            PROGRESS_OFFSET,
            CHECKPOINT_POSITION,
            VERSION_WINDOWS),
        of(
            "a skipped offset",
            books ->
                books.progress(
                    p -> Progress.newBuilder(p).setNextOffset(p.getNextOffset() + 9).build()),
            PROGRESS_OFFSET,
            CHECKPOINT_POSITION),
        of(
            "another checkpoint's name",
            books -> books.progress(p -> Progress.newBuilder(p).setCheckpoint("gone").build()),
            CHECKPOINT_UNREADABLE),
        of(
            "a deleted checkpoint file",
            books -> books.delete(books.checkpointFile(newest(books), "reference.json")),
            CHECKPOINT_UNREADABLE),
        of(
            "probes cut off",
            books -> books.alter(books.checkpointFile(newest(books), "probes.avro"), half()),
            CHECKPOINT_UNREADABLE),
        of(
            "a state cut off",
            books -> books.alter(books.checkpointFile(newest(books), "state.safetensors"), half()),
            CHECKPOINT_UNREADABLE),
        of(
            "a bit of a state",
            books ->
                books.alter(
                    books.checkpointFile(newest(books), "state.safetensors"),
                    bytes -> {
                      bytes[bytes.length - 1] ^= 1;
                      return bytes;
                    }),
            CHECKPOINT_UNREADABLE),
        of(
            "another position",
            books ->
                books.alter(
                    books.checkpointFile(newest(books), "position.json"),
                    replacing("\"nextOffset\":", "\"nextOffset\":1")),
            CHECKPOINT_UNREADABLE),
        of(
            "an older checkpoint passed off as the newest",
            books ->
                books.progress(
                    p -> Progress.newBuilder(p).setCheckpoint(books.returnPoints().get(0)).build()),
            CHECKPOINT_POSITION),
        of(
            "a deleted point to return to",
            books ->
                books.delete(books.checkpointFile(books.returnPoints().get(0), "position.json")),
            CHECKPOINT_UNREADABLE));
  }

  private static Stream<Tampering> versions() {
    return Stream.of(
        of(
            "a version is missing",
            books ->
                books
                    .models()
                    .removeIf(l -> ((ModelVersion) l.value()).getVersion().equals("v000002")),
            VERSION_GAP),
        of(
            "a reused name",
            books -> {
              ModelVersion second = books.version("v000003");
              books
                  .models()
                  .add(
                      new Line(
                          1_000,
                          ModelVersion.newBuilder(second).setDigest("0".repeat(64)).build()));
            },
            VERSION_REUSED,
            VERSION_DIGEST,
            VERSION_MANIFEST),
        of(
            "a parent that was rolled back",
            books ->
                books.version(
                    "v000003", v -> ModelVersion.newBuilder(v).setParent("v000002").build()),
            VERSION_PARENT,
            VERSION_MANIFEST),
        of(
            "windows of the version before",
            books ->
                books.version("v000003", v -> ModelVersion.newBuilder(v).setFirstWindow(1).build()),
            VERSION_WINDOWS,
            VERSION_MANIFEST),
        of(
            "a promotion of no version",
            books -> books.addToLedger(new Promotion("v000009", 9L, 3L, List.of())),
            PROMOTION_UNKNOWN),
        of(
            "a bit of the weights",
            books ->
                books.alter(
                    books.versionFile("v000003", "adapter_model.safetensors"),
                    bytes -> {
                      bytes[bytes.length - 1] ^= 1;
                      return bytes;
                    }),
            VERSION_DIGEST,
            VERSION_FILE),
        of(
            "weights cut off",
            books -> books.alter(books.versionFile("v000003", "adapter_model.safetensors"), half()),
            VERSION_DIGEST,
            VERSION_FILE,
            VERSION_UNREADABLE),
        of(
            "another version's adapter",
            books -> {
              Path other = books.versionFile("v000001", "adapter_model.safetensors");
              byte[] weights = Files.readAllBytes(other);
              books.alter(
                  books.versionFile("v000003", "adapter_model.safetensors"), bytes -> weights);
            },
            VERSION_DIGEST,
            VERSION_FILE),
        of(
            "another manifest",
            books ->
                books.alter(
                    books.versionFile("v000003", "manifest.json"),
                    replacing("\"parent\" : \"v000001\"", "\"parent\" : \"v000002\"")),
            VERSION_MANIFEST,
            VERSION_MANIFEST_DIGEST),
        of(
            "what was left behind passed off as promoted",
            books ->
                books.version(
                    "v000002",
                    v -> ModelVersion.newBuilder(v).setStatus(VersionStatus.PROMOTED).build()),
            VERSION_MANIFEST),
        of(
            "no manifest",
            books -> books.delete(books.versionFile("v000002", "manifest.json")),
            VERSION_UNREADABLE),
        of(
            "a manifest that says nothing",
            books ->
                books.alter(
                    books.versionFile("v000003", "manifest.json"), bytes -> "{}".getBytes(UTF_8)),
            VERSION_UNREADABLE,
            VERSION_MANIFEST_DIGEST),
        of(
            "null for a manifest",
            books ->
                books.alter(
                    books.versionFile("v000003", "manifest.json"), bytes -> "null".getBytes(UTF_8)),
            VERSION_UNREADABLE,
            VERSION_MANIFEST_DIGEST),
        of(
            "another base model",
            books ->
                books.alter(
                    books.versionFile("v000003", "adapter_config.json"),
                    replacing("/model", "/mode1")),
            VERSION_ADAPTER,
            VERSION_FILE),
        of(
            "another rank",
            books ->
                books.alter(
                    books.versionFile("v000003", "adapter_config.json"),
                    replacing("\"r\" : 4", "\"r\" : 8")),
            VERSION_ADAPTER,
            VERSION_FILE));
  }

  private static Stream<Tampering> files() {
    return Stream.of(
        of(
            "another lora_alpha",
            books ->
                books.alter(
                    books.versionFile("v000003", "adapter_config.json"),
                    altering("\"lora_alpha\" : [0-9.]+", "\"lora_alpha\" : 64")),
            VERSION_FILE),
        of(
            "another reason in a manifest",
            books ->
                books.alter(
                    books.versionFile("v000003", "manifest.json"),
                    altering("\"reason\" : \"[^\"]+\"", "\"reason\" : \"it is good\"")),
            VERSION_MANIFEST_DIGEST),
        of(
            "a manifest that lists no files",
            books ->
                books.alter(
                    books.versionFile("v000003", "manifest.json"),
                    altering("(?s)\"files\" : \\{.*?\\n  },", "\"files\" : {},")),
            VERSION_MANIFEST_DIGEST,
            VERSION_FILE_EXTRA),
        of(
            "a deleted file",
            books -> books.delete(books.versionFile("v000002", "adapter_config.json")),
            VERSION_FILE_MISSING,
            VERSION_UNREADABLE),
        of(
            "a file that nobody wrote",
            books -> books.add(books.versionFile("v000001", "notes.txt"), "better than v000002"),
            VERSION_FILE_EXTRA),
        of(
            "another base model of the same shape",
            books ->
                books.alter(
                    books.baseModel().resolve("model.safetensors"),
                    bytes -> {
                      bytes[bytes.length - 1] ^= 1;
                      return bytes;
                    }),
            VERSION_BASE),
        of(
            "a window that names another version of the fold",
            books ->
                books.alter(
                    books.place(WindowOpen.class, 2, 0),
                    o -> WindowOpen.newBuilder((WindowOpen) o).setFoldVersion(1).build()),
            RECOMPUTED_OPEN));
  }

  private static String newest(Books books) {
    return books.progress().getCheckpoint();
  }

  private static Object invented(Object part, long window) {
    if (part instanceof WindowOpen open) {
      return WindowOpen.newBuilder(open).setWindowId(window).build();
    }
    if (part instanceof WindowClose close) {
      return WindowClose.newBuilder(close).setWindowId(window).build();
    }
    Example example = (Example) part;
    return Example.newBuilder(example)
        .setWindowId(window)
        .setPairId("invented-" + example.getIndex())
        .setReplayOf(null)
        .build();
  }

  private static Example saying(Example example, String text) {
    return Example.newBuilder(example).setTarget(saying(example.getTarget(), text)).build();
  }

  private static Target saying(Target target, String text) {
    return Target.newBuilder(target).setText(text).build();
  }

  private static UnaryOperator<byte[]> half() {
    return bytes -> Arrays.copyOf(bytes, bytes.length / 2);
  }

  private static UnaryOperator<byte[]> replacing(String text, String other) {
    return bytes -> new String(bytes, UTF_8).replace(text, other).getBytes(UTF_8);
  }

  private static UnaryOperator<byte[]> altering(String pattern, String other) {
    return bytes -> new String(bytes, UTF_8).replaceFirst(pattern, other).getBytes(UTF_8);
  }
}
