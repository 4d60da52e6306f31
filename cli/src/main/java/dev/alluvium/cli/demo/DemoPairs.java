package dev.alluvium.cli.demo;

import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.produce.PairStream;
import dev.alluvium.schemas.avro.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The pairs of a directory, one of each file in turn, so that skills arrive mixed. When more are
 * asked for than there are, the files are gone through again with a number behind each instruction
 * and id: exact copies would be dropped as duplicates.
 */
final class DemoPairs {
  private static final Pattern DATA = Pattern.compile(".*\\.jsonl?(\\.gz)?");

  private final List<String> files;
  private final OptionalLong wanted;
  private long given;

  private DemoPairs(List<String> files, OptionalLong wanted) {
    this.files = files;
    this.wanted = wanted;
  }

  /**
   * The pairs below a directory.
   *
   * @param wanted how many; empty for all of them once
   */
  static DemoPairs of(Path directory, OptionalLong wanted) {
    try (Stream<Path> found = Files.walk(directory)) {
      List<String> files =
          found
              .filter(file -> Files.isRegularFile(file))
              .map(Path::toString)
              .filter(file -> DATA.matcher(file).matches())
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw new CommandFailure(
            directory + " holds no *.jsonl, *.json, *.jsonl.gz or *.json.gz: name one with --data");
      }
      return new DemoPairs(files, wanted);
    } catch (IOException e) {
      throw new CommandFailure(directory + " cannot be read: name a directory with --data", e);
    }
  }

  /**
   * Gives all pairs, in an order that depends on nothing but the files.
   *
   * @param each takes a pair with its file and line
   * @param malformed told about what is no pair
   * @return how many were given
   */
  long forEach(BiConsumer<String, Pair> each, Consumer<String> malformed) throws IOException {
    given = 0;
    for (int round = 1; round == 1 || (wanted.isPresent() && !enough()); round++) {
      long before = given;
      round(round, each, round == 1 ? malformed : line -> {});
      if (given == before) {
        throw new CommandFailure("no pair can be read from " + files);
      }
    }
    return given;
  }

  private void round(int round, BiConsumer<String, Pair> each, Consumer<String> malformed)
      throws IOException {
    Deque<PairStream> streams = new ArrayDeque<>();
    try {
      for (String file : files) {
        streams.addLast(new PairStream(file, malformed));
      }
      while (!streams.isEmpty() && !enough()) {
        PairStream stream = streams.removeFirst();
        Pair pair = stream.next();
        if (pair == null) {
          stream.close();
        } else {
          streams.addLast(stream);
          each.accept(stream.place(), round == 1 ? pair : numbered(pair, round));
          given++;
        }
      }
    } finally {
      for (PairStream stream : new ArrayList<>(streams)) {
        stream.close();
      }
    }
  }

  private boolean enough() {
    return wanted.isPresent() && given >= wanted.getAsLong();
  }

  private static Pair numbered(Pair pair, int round) {
    return Pair.newBuilder(pair)
        .setId(pair.getId() == null ? null : pair.getId() + "-" + round)
        .setInstruction("%s (%d)".formatted(pair.getInstruction(), round))
        .build();
  }
}
