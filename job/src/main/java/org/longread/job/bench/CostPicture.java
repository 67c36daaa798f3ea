package org.longread.job.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.longread.job.bench.Svg.Anchor;
import org.longread.job.bench.Svg.Font;
import org.longread.job.bench.Svg.Point;
import org.longread.job.bench.Svg.Stroke;
import org.longread.kernels.bench.PositionCost.Phase;

/**
 * Cost of a token against its position: a row of panels per preset, prefill to the left, decode to
 * the right, like figure 3 of the DeepSeek-V3.2-Exp report, whose curves stand behind for shape.
 */
public final class CostPicture {
  /** The file's name in the output folder. */
  public static final String FILE = "cost-by-position.svg";

  /** Colours that people who confuse red and green tell apart (Okabe and Ito). */
  static final String SPARSE = "#0072b2";

  static final String EXPANDED = "#d55e00";
  static final String ABSORBED = "#cc79a7";
  static final String PUBLISHED = "#8a8a8a";
  static final String INK = "#1a1a1a";
  static final String FAINT = "#5f5f5f";

  private static final double WIDTH = 1180;
  private static final double HEAD = 190;
  private static final double ROW = 440;
  private static final double LEGEND = 106;
  private static final double LEGEND_STEP = 19;
  private static final double LEFT = 78;
  private static final double PANEL_WIDTH = 470;
  private static final double PANEL_HEIGHT = 330;
  private static final double STEP = 560;

  private CostPicture() {}

  /** Writes the picture, replacing an earlier one. */
  public static void write(
      Path folder, BenchEnvironment environment, List<BenchSeries> all, BenchPrice price)
      throws IOException {
    Files.writeString(folder.resolve(FILE), draw(environment, all, price), StandardCharsets.UTF_8);
  }

  /** The picture as an SVG document. */
  static String draw(BenchEnvironment environment, List<BenchSeries> all, BenchPrice price) {
    Svg svg = new Svg(WIDTH, HEAD + ROW * all.size() + 14);
    heading(svg, environment);
    legend(svg);
    for (int i = 0; i < all.size(); i++) {
      BenchSeries series = all.get(i);
      double top = HEAD + ROW * i;
      Font bold = new Font(15, "bold", INK);
      svg.text(new Point(LEFT, top + 12), Anchor.START, bold, series.preset().name());
      Font small = new Font(12.5, "normal", FAINT);
      double after = LEFT + 16 + 10 * series.preset().name().length();
      svg.text(new Point(after, top + 12), Anchor.START, small, series.preset().shape());
      for (Phase phase : Phase.BY_POSITION) {
        double left = LEFT + (phase == Phase.PREFILL ? 0 : STEP);
        Point corner = new Point(left, top + 46);
        new CostPanel(svg, series, phase, price)
            .draw(new CostPanel.Area(corner, PANEL_WIDTH, PANEL_HEIGHT));
      }
    }
    return svg.finish();
  }

  private static void heading(Svg svg, BenchEnvironment environment) {
    Font title = new Font(21, "bold", INK);
    String words = "What a token costs by its position: sparse attention against dense";
    svg.text(new Point(LEFT, 38), Anchor.START, title, words);
    Font small = new Font(12.5, "normal", FAINT);
    svg.text(new Point(LEFT, 60), Anchor.START, small, environment.hardware() + ", one thread");
    svg.text(new Point(LEFT, 77), Anchor.START, small, environment.software());
  }

  private static void legend(Svg svg) {
    entry(svg, 0, 0, Stroke.solid(SPARSE, 3), "sparse: index, select, attend to the selection");
    entry(svg, 0, 1, Stroke.solid(EXPANDED, 2.4), "dense, keys and values expanded per head");
    entry(svg, 0, 2, Stroke.solid(ABSORBED, 2.4), "dense, absorbed: attention in latent space");
    entry(
        svg, 1, 0, CostPanel.limit(INK), "limit: FLOPs at the multiply-add rate, colours as left");
    entry(
        svg,
        1,
        1,
        CostPanel.PUBLISHED_DENSE,
        "DeepSeek V3.1, dense, on H800 (V3.2 report, figure 3)");
    entry(svg, 1, 2, CostPanel.PUBLISHED_SPARSE, "DeepSeek V3.2, sparse, on H800");
    svg.text(
        new Point(LEFT + STEP + 38, LEGEND + 3 * LEGEND_STEP),
        Anchor.START,
        new Font(12.5, "normal", FAINT),
        "scaled alike: V3.1 ends where our cheaper dense does; compare shapes");
  }

  private static void entry(Svg svg, int column, int row, Stroke stroke, String words) {
    double x = LEFT + STEP * column;
    double y = LEGEND + LEGEND_STEP * row;
    svg.line(new Point(x, y - 4), new Point(x + 30, y - 4), stroke);
    if (stroke.dashes().isEmpty()) {
      svg.dot(new Point(x + 15, y - 4), 3.4, stroke.colour());
    }
    svg.text(new Point(x + 38, y), Anchor.START, new Font(12.5, "normal", INK), words);
  }
}
