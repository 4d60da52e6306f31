package dev.alluvium.cli.experiment;

import static dev.alluvium.cli.experiment.ComparisonTest.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.alluvium.cli.experiment.Charts.Picture;
import java.awt.GraphicsEnvironment;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures that every experiment draws of its runs. */
class ChartsTest {
  private static final int BLUE = 0xff17559a;
  private static final int ORANGE = 0xffa64b00;

  @TempDir private Path directory;

  @BeforeAll
  static void fontsAreThere() {
    System.setProperty("java.awt.headless", "true");
    try {
      String[] families =
          GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames();
      assumeTrue(families.length > 0, "no fonts: pictures are not tested");
    } catch (LinkageError | InternalError e) {
      assumeTrue(false, "this Java cannot draw text, pictures are not tested: " + e);
    }
  }

  @Test
  void barsHaveAColourForEachRow() throws IOException {
    Comparison comparison = new Comparison();
    comparison.add(run("naive", 1, 0.5));
    comparison.add(run("naive", 2, 0.6));
    comparison.add(run("alluvium", 1, 0.1));
    assertThat(drawn(new ForgettingCommand().pictures(comparison), "forgetting"))
        .contains(BLUE, ORANGE);
  }

  @Test
  void dmtIsDrawnOverItsReminders() throws IOException {
    Comparison comparison = new Comparison();
    comparison.add(run("mixed-sequential", 1, 0.1, 0.5));
    comparison.add(run("dmt-1/64", 1, 0.2, 0.9));
    assertThat(drawn(new DmtCommand().pictures(comparison), "dmt")).contains(BLUE, ORANGE);
  }

  @Test
  void theLongStreamHasAPictureForEachArm() throws IOException {
    Comparison comparison = new Comparison();
    comparison.add(run("naive", 1, 0.5));
    comparison.add(run("alluvium", 1, 0.1));
    List<Picture> pictures = new LongStreamCommand().pictures(comparison);
    assertThat(drawn(pictures, "long-stream-naive")).contains(BLUE, ORANGE);
    assertThat(directory.resolve("long-stream-alluvium.png")).exists();
  }

  /** The colours of a picture. */
  private Set<Integer> drawn(List<Picture> pictures, String file) throws IOException {
    Charts.write(pictures, directory);
    BufferedImage image = ImageIO.read(new File(directory.toFile(), file + ".png"));
    Set<Integer> colours = new HashSet<>();
    for (int x = 0; x < image.getWidth(); x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        colours.add(image.getRGB(x, y) | 0xff000000);
      }
    }
    return colours;
  }
}
