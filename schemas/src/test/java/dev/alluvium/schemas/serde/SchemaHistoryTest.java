package dev.alluvium.schemas.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.schemas.avro.AdmittedProbe;
import dev.alluvium.schemas.avro.AskState;
import dev.alluvium.schemas.avro.AskedPair;
import dev.alluvium.schemas.avro.Command;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.CurateState;
import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.Editions;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.MixState;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.OpenContents;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.PooledCandidate;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.schemas.avro.RememberedText;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.TrainedExample;
import dev.alluvium.schemas.avro.TrainedWindow;
import dev.alluvium.schemas.avro.ValidPair;
import dev.alluvium.schemas.avro.WatchState;
import dev.alluvium.schemas.avro.WatchedWindow;
import dev.alluvium.schemas.avro.WindowRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every version of every record stays readable. After a schema change, {@code mvn -pl schemas test
 * -Dtest=SchemaHistoryTest -Dhistory.record=true} adds the new version and sample bytes of it;
 * committed versions are never edited.
 */
class SchemaHistoryTest {
  private static final Path HISTORY = Path.of("src/main/resources/schema-history");

  /** Orders that came after the first version, as they stand in a schema. */
  private static final List<String> LATER_ORDERS = List.of("\"ERASE\"");

  private static final Path BYTES = Path.of("src/test/resources/history-bytes");

  static Stream<Class<? extends SpecificRecord>> records() {
    return Stream.of(
        Pair.class,
        LedgerEntry.class,
        WindowRecord.class,
        Progress.class,
        ModelVersion.class,
        Report.class,
        DeadLetter.class,
        GenerationRequest.class,
        GenerationResult.class,
        ValidPair.class,
        Editions.class,
        CurateState.class,
        AskedPair.class,
        AskState.class,
        PooledCandidate.class,
        OpenContents.class,
        RememberedText.class,
        TrainedExample.class,
        TrainedWindow.class,
        AdmittedProbe.class,
        MixState.class,
        WatchState.class,
        WatchedWindow.class);
  }

  @ParameterizedTest
  @MethodSource("records")
  void holdsTheSchemaThisBuildWritesWith(Class<? extends SpecificRecord> type) throws IOException {
    Schema schema = SpecificData.get().getSchema(type);
    if (Boolean.getBoolean("history.record")) {
      record(type, schema);
    } else {
      assertThat(SchemaHistory.store().findByFingerprint(fingerprint(schema)))
          .as("%s changed: record it (see the comment of this test)", type.getSimpleName())
          .isNotNull();
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void readsTheBytesOfEveryVersion(Class<? extends SpecificRecord> type) throws IOException {
    List<Path> samples;
    try (Stream<Path> files = Files.list(BYTES)) {
      samples =
          files
              .filter(f -> f.getFileName().toString().startsWith(type.getSimpleName() + "-"))
              .toList();
    }
    assertThat(samples).isNotEmpty();
    for (Path sample : samples) {
      byte[] bytes = Files.readAllBytes(sample);
      SpecificRecord record =
          AvroSerde.of(type, SchemaHistory.store()).deserializer().deserialize("topic", bytes);
      assertThat(record).as("%s", sample).isInstanceOf(type).isEqualTo(Samples.of(type));
    }
  }

  @Test
  void everyOlderVersionIsCompatibleBothWays() {
    List<Schema> all = SchemaHistory.all();
    for (Schema older : all) {
      for (Schema newer : all) {
        if (older.getFullName().equals(newer.getFullName())) {
          Schema writer = asKnownTo(newer, older);
          assertThat(SchemaCompatibility.checkReaderWriterCompatibility(newer, writer).getType())
              .as("%s reads %s", newer.getName(), SchemaHistory.fingerprint(older))
              .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        }
      }
    }
  }

  /**
   * Orders are the exception: who does not know one fails at it, and reads all else. To pass it
   * over would be worse, because orders decide what is in the windows.
   */
  @Test
  void whoDoesNotKnowAnOrderFailsAtItAndReadsAllElse() throws IOException {
    Schema newest = SpecificData.get().getSchema(LedgerEntry.class);
    Schema first = new Schema.Parser().parse(HISTORY.resolve("LedgerEntry-v1.avsc").toFile());
    GenericDatumReader<GenericRecord> old = new GenericDatumReader<>(newest, first);

    assertThat(old.read(null, bare(new Command("f", CommandKind.FLUSH, null))).get("entry"))
        .hasToString("{\"requestId\": \"f\", \"kind\": \"FLUSH\", \"argument\": null}");
    Decoder erase = bare(new Command("e", CommandKind.ERASE, "a1"));
    assertThatThrownBy(() -> old.read(null, erase)).hasMessageContaining("ERASE");
  }

  private static Decoder bare(Command command) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new SpecificDatumWriter<>(LedgerEntry.class).write(new LedgerEntry(command), encoder);
    encoder.flush();
    return DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null);
  }

  /** A writer's schema without the orders that a reader does not know. */
  private static Schema asKnownTo(Schema reader, Schema writer) {
    String known = writer.toString();
    for (String order : LATER_ORDERS) {
      if (!reader.toString().contains(order)) {
        known = known.replace("," + order, "");
      }
    }
    return new Schema.Parser().parse(known);
  }

  private static long fingerprint(Schema schema) {
    return SchemaNormalization.parsingFingerprint64(schema);
  }

  private static void record(Class<? extends SpecificRecord> type, Schema schema)
      throws IOException {
    if (SchemaHistory.store().findByFingerprint(fingerprint(schema)) != null) {
      return;
    }
    int version = 1;
    while (Files.exists(HISTORY.resolve(type.getSimpleName() + "-v" + version + ".avsc"))) {
      version++;
    }
    String name = type.getSimpleName() + "-v" + version;
    Files.writeString(HISTORY.resolve(name + ".avsc"), schema.toString(true) + "\n", UTF_8);
    Path index = HISTORY.resolve("index.txt");
    Files.writeString(index, Files.readString(index) + name + ".avsc\n");
    Files.write(BYTES.resolve(name + ".bin"), encode(type));
  }

  private static <T extends SpecificRecord> byte[] encode(Class<T> type) {
    return AvroSerde.of(type, SchemaHistory.store()).toBytes(type.cast(Samples.of(type)));
  }
}
