package dev.alluvium.trainer.model.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs TorchScript source text and the attributes of its one module into the archive that libtorch
 * loads, without Python.
 *
 * <p>The archive is a zip of stored entries under one folder: a format version, an empty constants
 * tuple, the source, and a pickle (protocol 2) of the module object whose state is the attributes.
 */
final class TorchScriptArchive {
  private static final String FOLDER = "alluvium/";
  private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

  private TorchScriptArchive() {}

  /**
   * Writes the archive.
   *
   * @param moduleName the class in {@code source} that becomes the module
   * @param attributes its attributes: {@code Integer}, {@code Double} or {@code Boolean}, in the
   *     order given; {@code training} is added
   * @param out receives the archive; not closed
   */
  static void write(
      String moduleName, String source, Map<String, Object> attributes, OutputStream out)
      throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
    store(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
    store(zip, "constants.pkl", EMPTY_TUPLE);
    store(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
    store(zip, "data.pkl", pickle(moduleName, attributes));
    zip.finish();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(FOLDER + name);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /**
   * Pickles {@code __torch__.moduleName} built from no arguments with the attributes as its state.
   */
  private static byte[] pickle(String moduleName, Map<String, Object> attributes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x80, 2}); // PROTO 2
    out.writeBytes(
        ("c__torch__\n" + moduleName + "\n").getBytes(StandardCharsets.US_ASCII)); // GLOBAL
    out.writeBytes(new byte[] {'q', 0, ')', (byte) 0x81}); // BINPUT 0, EMPTY_TUPLE, NEWOBJ
    out.writeBytes(new byte[] {'}', '('}); // EMPTY_DICT, MARK
    pickleString("training", out);
    pickleValue(false, out);
    attributes.forEach(
        (name, value) -> {
          pickleString(name, out);
          pickleValue(value, out);
        });
    out.writeBytes(new byte[] {'u', 'b', '.'}); // SETITEMS, BUILD, STOP
    return out.toByteArray();
  }

  private static void pickleString(String text, ByteArrayOutputStream out) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer head = ByteBuffer.allocate(5).order(ByteOrder.LITTLE_ENDIAN);
    out.writeBytes(head.put((byte) 'X').putInt(bytes.length).array()); // BINUNICODE
    out.writeBytes(bytes);
  }

  private static void pickleValue(Object value, ByteArrayOutputStream out) {
    if (value instanceof Boolean flag) {
      out.write(flag ? 0x88 : 0x89); // NEWTRUE, NEWFALSE
    } else if (value instanceof Integer number) {
      ByteBuffer bytes = ByteBuffer.allocate(5).order(ByteOrder.LITTLE_ENDIAN);
      out.writeBytes(bytes.put((byte) 'J').putInt(number).array()); // BININT
    } else if (value instanceof Double number) {
      ByteBuffer bytes = ByteBuffer.allocate(9).order(ByteOrder.BIG_ENDIAN);
      out.writeBytes(bytes.put((byte) 'G').putDouble(number).array()); // BINFLOAT
    } else {
      throw new IllegalArgumentException(
          "TorchScript attribute of type %s: expected Boolean, Integer or Double"
              .formatted(value.getClass().getName()));
    }
  }
}
