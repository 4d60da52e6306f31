package dev.alluvium.trainer.checkpoint;

import dev.alluvium.schemas.avro.Probe;
import java.io.IOException;
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
    }
    return List.copyOf(probes);
  }
}
