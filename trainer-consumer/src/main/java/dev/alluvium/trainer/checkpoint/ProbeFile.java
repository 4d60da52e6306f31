package dev.alluvium.trainer.checkpoint;

import dev.alluvium.schemas.avro.Probe;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;

/** Probes as an Avro object container file, which carries its own schema. */
final class ProbeFile {
  private ProbeFile() {}

  static void write(Path file, List<Probe> probes) throws IOException {
    try (DataFileWriter<Probe> writer =
        new DataFileWriter<>(new SpecificDatumWriter<>(Probe.class))) {
      writer.create(Probe.getClassSchema(), file.toFile());
      for (Probe probe : probes) {
        writer.append(probe);
      }
    }
  }

  static List<Probe> read(Path file) throws IOException {
    List<Probe> probes = new ArrayList<>();
    try (DataFileReader<Probe> reader =
        new DataFileReader<>(file.toFile(), new SpecificDatumReader<>(Probe.class))) {
      reader.forEach(probes::add);
      // To the reader a file that was cut off just ends, without an error.
      if (reader.previousSync() != Files.size(file)) {
        throw new EOFException(file + " is cut off after %d probes".formatted(probes.size()));
      }
    }
    return List.copyOf(probes);
  }
}
