package org.longread.job.report;

import java.util.Arrays;
import org.longread.job.Units;
import org.longread.job.report.Picture.Anchor;
import org.longread.job.report.TaskTally.SparkTask;

/** How evenly the work fell on Spark tasks. */
final class BalanceSection implements Section {
  private static final int MOST_BARS = 100;
  private static final double TOP = 26;
  private static final double BOTTOM = 146;
  private static final double LEFT = 52;
  private static final double RIGHT = 350;
  private static final double HEIGHT = 170;

  @Override
  public boolean hasContent(Report report) {
    return report.tasks().wallNanos().length > 0;
  }

  @Override
  public void write(Report report, Markup page) {
    long[] walls = report.tasks().wallNanos();
    page.element("p", intro(walls), "class", "intro").line();
    if (walls.length > 1) {
      picture(walls, page);
    }
    table(report.tasks(), walls, page);
  }

  private static String intro(long[] walls) {
    double mean = Arrays.stream(walls).average().orElse(0);
    if (walls.length == 1) {
      return "One Spark task did all the work, in " + Units.nanos(walls[0]) + ".";
    }
    return "%s Spark tasks took %s on average and %s at most, %s the average. A run ends with its slowest task."
        .formatted(
            Units.count(walls.length),
            Units.nanos((long) mean),
            Units.nanos(walls[0]),
            Units.times(walls[0] / mean));
  }

  private static void picture(long[] walls, Markup page) {
    int bars = Math.min(MOST_BARS, walls.length);
    Ticks ticks = Ticks.upTo(walls[0] / 1e9);
    String description =
        "From %s down to %s; the middle one took %s."
            .formatted(
                Units.nanos(walls[0]),
                Units.nanos(walls[walls.length - 1]),
                Units.nanos(walls[walls.length / 2]));
    page.open("figure");
    try (Picture picture =
        Picture.open(page, HEIGHT, "Time of Spark tasks, slowest first", description)) {
      picture.text(Anchor.START, 0, 12, "seconds");
      for (double tick : ticks.values()) {
        double y = BOTTOM - (BOTTOM - TOP) * tick / ticks.highest();
        picture.line("grid", LEFT, y, RIGHT, y);
        picture.text(Anchor.END, LEFT - 6, y + 4, ticks.label(tick));
      }
      double step = (RIGHT - LEFT) / bars;
      double gap = Math.min(4, step * 0.2);
      for (int i = 0; i < bars; i++) {
        long wall = walls[(int) ((long) i * (walls.length - 1) / Math.max(1, bars - 1))];
        double height = (BOTTOM - TOP) * wall / 1e9 / ticks.highest();
        picture.rectangle("fill", LEFT + i * step + gap / 2, BOTTOM - height, step - gap, height);
      }
      String words =
          bars == walls.length
              ? "Spark tasks, slowest first"
              : "%d of %s Spark tasks, slowest first".formatted(bars, Units.count(walls.length));
      picture.text(Anchor.END, RIGHT, HEIGHT - 4, words);
    }
    page.close().line();
  }

  private static void table(TaskTally tasks, long[] walls, Markup page) {
    String caption =
        walls.length > TaskTally.SLOWEST
            ? "The %d slowest of %s Spark tasks"
                .formatted(TaskTally.SLOWEST, Units.count(walls.length))
            : "Spark tasks, slowest first";
    Table table =
        new Table(caption)
            .words("Partition")
            .number("Time")
            .number("Documents")
            .number("Tokens")
            .number("Tokens a second")
            .words("Executor")
            .words("Host");
    for (SparkTask task : tasks.slowest()) {
      String attempt = task.attempt() == 0 ? "" : " (attempt " + (task.attempt() + 1) + ")";
      table.row(
          Table.cell(task.partition() + attempt),
          Table.bar(Units.nanos(task.wallNanos()), (double) task.wallNanos() / walls[0]),
          Table.cell(Units.count(task.documents())),
          Table.cell(Units.count(task.tokens())),
          Table.cell(Units.count(Math.round(task.tokensPerSecond()))),
          Table.cell(task.executor()),
          Table.cell(task.host()));
    }
    table.write(page);
  }
}
