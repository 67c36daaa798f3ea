package org.longread.job.bench;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.longread.job.bench.Svg.Anchor;
import org.longread.job.bench.Svg.Font;
import org.longread.job.bench.Svg.Point;
import org.longread.job.bench.Svg.Stroke;
import org.longread.kernels.bench.CostCurve;
import org.longread.kernels.bench.PositionCost;
import org.longread.kernels.bench.PositionCost.Mode;
import org.longread.kernels.bench.PositionCost.Phase;

/** One chart of a picture: a phase of a preset. */
final class CostPanel {
  private static final int K = 1024;
  private static final double NANOS_PER_MICRO = 1000;

  static final Stroke PUBLISHED_DENSE = new Stroke(CostPicture.PUBLISHED, 1.8, "1.5 3.5");
  static final Stroke PUBLISHED_SPARSE = new Stroke(CostPicture.PUBLISHED, 1.8, "9 3 1.5 3");

  private final Svg svg;
  private final BenchSeries series;
  private final Phase phase;
  private final BenchPrice price;

  /** Where a chart's axes are. */
  record Area(Point corner, double width, double height) {
    double right() {
      return corner.x() + width;
    }

    double bottom() {
      return corner.y() + height;
    }
  }

  /** A named curve. */
  private record Line(String name, List<Double> costs, Stroke stroke) {}

  CostPanel(Svg svg, BenchSeries series, Phase phase, BenchPrice price) {
    this.svg = svg;
    this.series = series;
    this.phase = phase;
    this.price = price;
  }

  static Stroke limit(String colour) {
    return new Stroke(colour, 1.5, "7 4");
  }

  void draw(Area area) {
    List<Line> measured = measured();
    List<Line> behind = new ArrayList<>(limits());
    behind.addAll(publishedLines());
    double[] positions = series.positions();
    DoubleSummaryStatistics range = new DoubleSummaryStatistics();
    measured.forEach(line -> line.costs().forEach(range::accept));
    behind.forEach(line -> line.costs().forEach(range::accept));
    LogAxis x =
        new LogAxis(positions[0], series.longest(), area.corner().x() + 14, area.right() - 46);
    LogAxis y =
        new LogAxis(range.getMin() / 1.25, range.getMax() * 1.25, area.bottom(), area.corner().y());
    axes(area, x, y);
    behind.forEach(line -> plot(line, x, y, false));
    measured.forEach(line -> plot(line, x, y, true));
    saving(x, y);
  }

  private void axes(Area area, LogAxis x, LogAxis y) {
    String unit = price.usdPerHour().isPresent() ? "USD per million tokens" : "µs per token";
    String title = phase == Phase.PREFILL ? "Prefill" : "Decode";
    double above = area.corner().y() - 10;
    svg.text(
        new Point(area.corner().x(), above),
        Anchor.START,
        new Font(14, "bold", CostPicture.INK),
        title + ", " + unit);
    Font font = new Font(12, "normal", CostPicture.FAINT);
    for (double tick : y.decimalSteps()) {
      double at = y.at(tick);
      svg.line(
          new Point(area.corner().x(), at),
          new Point(area.right(), at),
          Stroke.solid("#e6e6e6", 1));
      svg.text(new Point(area.corner().x() - 8, at + 4), Anchor.END, font, number(tick));
    }
    for (double tick : x.powersOfTwo()) {
      double at = x.at(tick);
      svg.line(
          new Point(at, area.bottom()),
          new Point(at, area.bottom() + 5),
          Stroke.solid(CostPicture.FAINT, 1));
      svg.text(new Point(at, area.bottom() + 20), Anchor.MIDDLE, font, position(tick));
    }
    svg.line(
        new Point(area.corner().x(), area.bottom()),
        new Point(area.right(), area.bottom()),
        Stroke.solid(CostPicture.FAINT, 1));
    svg.text(
        new Point((x.from() + x.to()) / 2, area.bottom() + 38),
        Anchor.MIDDLE,
        font,
        "position in the document, tokens");
  }

  private void plot(Line line, LogAxis x, LogAxis y, boolean dots) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < line.costs().size(); i++) {
      points.add(new Point(x.at(series.positions()[i]), y.at(line.costs().get(i))));
    }
    svg.path(line.name(), points, line.stroke());
    if (dots) {
      points.forEach(point -> svg.dot(point, 3.4, line.stroke().colour()));
    }
  }

  private List<Line> measured() {
    List<Line> lines = new ArrayList<>();
    for (Mode mode : List.of(Mode.DENSE_ABSORBED, Mode.DENSE_EXPANDED, Mode.SPARSE)) {
      if (series.has(phase, mode)) {
        CostCurve curve = series.curve(phase, mode, this::cost);
        double width = mode == Mode.SPARSE ? 3 : 2.4;
        lines.add(new Line(name(mode), costs(curve), Stroke.solid(colour(mode), width)));
      }
    }
    return lines;
  }

  /** What FLOPs alone would cost at the multiply-add rate: sparse, and dense with fewest FLOPs. */
  private List<Line> limits() {
    List<Line> lines = new ArrayList<>();
    double peak = series.peakGflops();
    boolean expands = series.has(phase, Mode.DENSE_EXPANDED);
    for (Mode mode : Mode.values()) {
      boolean second = mode == Mode.DENSE_ABSORBED && expands;
      if (peak > 0 && series.has(phase, mode) && !second) {
        CostCurve curve = series.curve(phase, mode, c -> priced(c.flopsPerToken() / peak));
        lines.add(new Line("limit, " + name(mode), costs(curve), limit(colour(mode))));
      }
    }
    return lines;
  }

  /** The published curves, scaled so that the dense one meets our cheapest dense at the end. */
  private List<Line> publishedLines() {
    double longest = series.longest();
    CostCurve dense = PublishedCurve.dense(phase);
    double scale = series.dense(phase, this::cost).at(longest) / dense.at(longest);
    return List.of(
        new Line("published, dense", scaled(dense, scale), PUBLISHED_DENSE),
        new Line(
            "published, sparse", scaled(PublishedCurve.sparse(phase), scale), PUBLISHED_SPARSE));
  }

  private List<Double> scaled(CostCurve curve, double scale) {
    return costs(curve).stream().map(cost -> cost * scale).toList();
  }

  private List<Double> costs(CostCurve curve) {
    List<Double> costs = new ArrayList<>();
    for (double position : series.positions()) {
      costs.add(curve.at(position));
    }
    return costs;
  }

  /** How many times cheaper sparse attention is at the end. */
  private void saving(LogAxis x, LogAxis y) {
    double longest = series.longest();
    double dense = series.dense(phase, this::cost).at(longest);
    double sparse = series.sparse(phase, this::cost).at(longest);
    double top = y.at(Math.max(dense, sparse));
    double bottom = y.at(Math.min(dense, sparse));
    double at = x.to() + 12;
    Stroke stroke = Stroke.solid(CostPicture.INK, 1.2);
    svg.line(new Point(at, top), new Point(at, bottom), stroke);
    svg.line(new Point(at - 4, top), new Point(at + 4, top), stroke);
    svg.line(new Point(at - 4, bottom), new Point(at + 4, bottom), stroke);
    String ratio = String.format(Locale.ROOT, "%.1fx", dense / sparse);
    Font font = new Font(13, "bold", CostPicture.INK);
    svg.text(new Point(at + 7, (top + bottom) / 2 + 5), Anchor.START, font, ratio);
  }

  private double cost(PositionCost cost) {
    return priced(cost.nanosPerToken());
  }

  private double priced(double nanos) {
    OptionalDouble usd = price.perMillionTokens(nanos);
    return usd.orElse(nanos / NANOS_PER_MICRO);
  }

  private static String colour(Mode mode) {
    return switch (mode) {
      case SPARSE -> CostPicture.SPARSE;
      case DENSE_EXPANDED -> CostPicture.EXPANDED;
      case DENSE_ABSORBED -> CostPicture.ABSORBED;
    };
  }

  private static String name(Mode mode) {
    return mode.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String position(double tokens) {
    return tokens < K ? number(tokens) : number(tokens / K) + "K";
  }

  private static String number(double n) {
    return n >= 1
        ? String.format(Locale.ROOT, "%,.0f", n)
        : String.format(Locale.ROOT, "%.4f", n).replaceFirst("0+$", "");
  }
}
