package dev.alluvium.trainer.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestMemoryTest {
  /** What {@code printf abc | sha256sum} prints, an example of FIPS 180-2. */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  /** What {@code printf abd | sha256sum} prints. */
  private static final String ABD =
      "a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9";

  private static final String PLANTED = "0".repeat(64);

  @TempDir private Path directory;
  private Path store;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    store = directory.resolve("store");
    file = Files.writeString(directory.resolve("weights"), "abc");
  }

  /** The memory says what no reading could: so the file was not read. */
  @Test
  void aFileThatLooksTheSameIsNotReadAgain() throws IOException {
    plant();

    assertThat(later().sha256(file)).isEqualTo(PLANTED);
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    assertThat(later().sha256(link)).as("whatever its name").isEqualTo(PLANTED);
  }

  @Test
  void aFileThatChangedIsReadEvenWithTheTimeItHad() throws Exception {
    plant();
    FileTime time = Files.getLastModifiedTime(file);
    Thread.sleep(50); // longer than a tick of the file system
    Files.writeString(file, "abd");
    Files.setLastModifiedTime(file, time);

    assertThat(later().sha256(file)).isEqualTo(ABD);
  }

  @Test
  void anotherFileInItsPlaceIsRead() throws IOException {
    plant();
    Path other = Files.writeString(directory.resolve("other"), "abd");
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
    Files.delete(file);
    Files.move(other, file);

    assertThat(later().sha256(file)).isEqualTo(ABD);
  }

  @Test
  void aFileThatHasJustChangedIsNotRemembered() throws IOException {
    Instant changed = Files.getLastModifiedTime(file).toInstant();
    DigestMemory memory = new DigestMemory(store, InstantSource.fixed(changed.plusSeconds(1)));
    assertThat(memory.sha256(file)).isEqualTo(ABC);
    memory.keep();

    assertThat(store).doesNotExist();
  }

  @Test
  void twoThatWriteKeepEachOthersAndOnlyTheNewestStay() throws IOException {
    DigestMemory one = later();
    DigestMemory two = later();
    one.sha256(file);
    two.sha256(Files.writeString(directory.resolve("other"), "abd"));
    one.keep();
    two.keep();
    assertThat(Files.readString(memory())).contains(ABC, ABD);

    DigestMemory many = later();
    for (int i = 0; i < 999; i++) {
      many.sha256(Files.writeString(directory.resolve("f" + i), "n" + i));
    }
    many.keep();
    assertThat(Files.readString(memory())).contains(ABD).doesNotContain(ABC);
  }

  @Test
  void aMemoryThatCannotBeReadIsEmpty() throws IOException {
    plant();
    Files.writeString(memory(), "{");

    assertThat(later().sha256(file)).isEqualTo(ABC);
  }

  private void plant() throws IOException {
    DigestMemory memory = later();
    assertThat(memory.sha256(file)).isEqualTo(ABC);
    memory.keep();
    Files.writeString(memory(), Files.readString(memory()).replace(ABC, PLANTED));
  }

  /** Starts when the files have long been there. */
  private DigestMemory later() {
    Instant soon = Instant.now().plus(Duration.ofMinutes(1));
    return new DigestMemory(store, InstantSource.fixed(soon));
  }

  private Path memory() {
    return store.resolve("digests.json");
  }
}
