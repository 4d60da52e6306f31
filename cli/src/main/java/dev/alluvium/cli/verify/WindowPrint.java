package dev.alluvium.cli.verify;

import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.WindowClose;
import dev.alluvium.schemas.avro.WindowOpen;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.schemas.window.WindowDigest;
import java.util.List;
import java.util.TreeMap;
import org.apache.avro.message.SchemaStore;

/**
 * A window by the digests of its parts: equal when every field of every record is.
 *
 * @param open of its first record
 * @param examples of its examples, in order
 * @param close of its last record
 */
record WindowPrint(String open, String examples, String close) {
  private static final AvroSerde<WindowRecord> SERDE =
      AvroSerde.of(WindowRecord.class, new SchemaStore.Cache());

  static WindowPrint of(WindowOpen open, List<Example> examples, WindowClose close) {
    // The order of a map's entries is no part of its value, but of its bytes.
    WindowOpen sorted =
        WindowOpen.newBuilder(open).setPlanned(new TreeMap<>(open.getPlanned())).build();
    WindowClose counted =
        WindowClose.newBuilder(close).setPerSkill(new TreeMap<>(close.getPerSkill())).build();
    return new WindowPrint(bytes(sorted), WindowDigest.of(examples), bytes(counted));
  }

  private static String bytes(Object part) {
    return Digests.sha256(SERDE.toBytes(new WindowRecord(part)));
  }
}
