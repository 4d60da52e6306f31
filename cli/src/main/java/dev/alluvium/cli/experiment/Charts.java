package dev.alluvium.cli.experiment;

import dev.alluvium.cli.command.CommandFailure;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Pictures of results as PNG files, in the colours of the dashboard. Shares are shown in percent.
 */
final class Charts {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 480;
  private static final int DPI = 144;
  private static final double PERCENT = 100;

  private static final Color SHEET = Color.WHITE;
  private static final Color INK = new Color(0x16202b);
  private static final Color GRID = new Color(0xe6eaef);

  /** The dashboard's four, and five more that differ from them in lightness. */
  private static final Color[] COLOURS = {
    new Color(0x17559a),
    new Color(0xa64b00),
    new Color(0x5c6773),
    new Color(0x7a2f8f),
    new Color(0x1d6b3a),
    new Color(0xa11b1b),
    new Color(0x6fa8dc),
    new Color(0xd9a441),
    new Color(0x16202b)
  };

  /** Lines are told apart without colour too. */
  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE,
    SeriesMarkers.SQUARE,
    SeriesMarkers.DIAMOND,
    SeriesMarkers.TRIANGLE_UP,
    SeriesMarkers.TRIANGLE_DOWN,
    SeriesMarkers.CROSS,
    SeriesMarkers.PLUS,
    SeriesMarkers.RECTANGLE,
    SeriesMarkers.TRAPEZOID
  };

  private Charts() {}

  /**
   * A picture.
   *
   * @param file its name without ending
   */
  record Picture(String file, Chart<?, ?> chart) {}

  /** Points of a line, as shares of 1 upwards. */
  record Line(String name, List<Double> x, List<Double> y) {}

  /** Lines over numbers. */
  static Picture lines(String file, String title, String xTitle, String yTitle, List<Line> lines) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .build();
    style(chart.getStyler());
    for (Line line : lines) {
      chart.addSeries(line.name(), line.x(), line.y().stream().map(y -> PERCENT * y).toList());
    }
    return new Picture(file, chart);
  }

  /** Bars with their margins, one colour for each row. */
  static Picture bars(String file, String title, Comparison comparison, List<Row> rows) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .yAxisTitle("points")
            .build();
    style(chart.getStyler());
    List<Comparison.Setup> setups = comparison.setups();
    List<String> names = setups.stream().map(setup -> comparison.name(setup, " ")).toList();
    for (Row row : rows) {
      List<Comparison.Estimate> estimates =
          setups.stream().map(setup -> comparison.of(setup, row)).toList();
      chart.addSeries(
          row.title(),
          names,
          estimates.stream().map(estimate -> PERCENT * estimate.mean()).toList(),
          estimates.stream()
              .map(estimate -> estimate.n() < 2 ? 0 : PERCENT * estimate.margin())
              .toList());
    }
    return new Picture(file, chart);
  }

  private static void style(AxesChartStyler styler) {
    styler.setSeriesColors(COLOURS);
    styler.setSeriesMarkers(MARKERS);
    styler.setChartBackgroundColor(SHEET);
    styler.setPlotBackgroundColor(SHEET);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(GRID);
    styler.setChartFontColor(INK);
    styler.setAxisTickLabelsColor(INK);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 16));
    styler.setLegendPosition(LegendPosition.OutsideS);
    styler.setLegendLayout(LegendLayout.Horizontal);
    styler.setLegendBorderColor(SHEET);
  }

  /**
   * Writes pictures into a directory.
   *
   * @throws CommandFailure when they cannot be drawn or written
   */
  static void write(List<Picture> pictures, Path directory) {
    System.setProperty("java.awt.headless", "true");
    try {
      Files.createDirectories(directory);
      for (Picture picture : pictures) {
        BitmapEncoder.saveBitmapWithDPI(
            picture.chart(), directory.resolve(picture.file()).toString(), BitmapFormat.PNG, DPI);
      }
    } catch (IOException e) {
      throw new CommandFailure("pictures cannot be written to %s: %s".formatted(directory, e), e);
    } catch (LinkageError | InternalError e) {
      throw new CommandFailure(
          "this Java cannot draw text: install fonts (fontconfig and fonts-dejavu-core on Debian), or leave --pictures out: "
              + e,
          e);
    }
  }
}
