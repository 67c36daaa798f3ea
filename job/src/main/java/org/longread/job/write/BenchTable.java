package org.longread.job.write;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.longread.job.write.ArrowTypes.FLOAT64;
import static org.longread.job.write.ArrowTypes.INT32;
import static org.longread.job.write.ArrowTypes.UTF8;
import static org.longread.job.write.ArrowTypes.nullable;
import static org.longread.job.write.ArrowTypes.required;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.longread.job.JobConf.Compression;
import org.longread.job.bench.BenchEnvironment;
import org.longread.job.bench.BenchPoint;
import org.longread.job.bench.BenchPrice;
import org.longread.kernels.bench.PositionCost;
import org.longread.kernels.ops.Stage;

/** Cost by position as an Arrow table: a row per position, phase and mode. */
public final class BenchTable {
  /** The file's name in the output folder. */
  public static final String FILE = "bench.arrow";

  private static final int THREADS = 1;
  private static final double NANOS_PER_MICRO = 1000;

  private BenchTable() {}

  private static Schema schema() {
    List<Field> fields = new ArrayList<>();
    for (String name : List.of("preset", "backend", "device", "machine", "jdk", "code")) {
      fields.add(required(name, UTF8));
    }
    fields.add(required("threads", INT32));
    fields.add(required("rounds", INT32));
    fields.add(required("phase", UTF8));
    fields.add(required("mode", UTF8));
    fields.add(required("position", INT32));
    fields.add(required("rows", INT32));
    fields.add(required("us_per_token", FLOAT64));
    for (Stage stage : Stage.values()) {
      fields.add(required(column(stage, "us"), FLOAT64));
    }
    for (Stage stage : Stage.values()) {
      fields.add(required(column(stage, "flops"), FLOAT64));
    }
    fields.add(required("gflops_per_second", FLOAT64));
    fields.add(nullable("fma_peak_gflops_per_second", FLOAT64));
    fields.add(nullable("percent_of_fma_peak", FLOAT64));
    fields.add(nullable("usd_per_million_tokens", FLOAT64));
    return new Schema(fields, Map.of(ResultSchema.VERSION_KEY, ResultSchema.VERSION));
  }

  private static String column(Stage stage, String unit) {
    return lower(stage) + "_" + unit;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Writes the file, replacing an earlier one. */
  public static void write(java.nio.file.Path folder, List<BenchPoint> points, BenchPrice price)
      throws IOException {
    FileSystem local = FileSystem.getLocal(new Configuration(false)).getRaw();
    Path temporary = new Path(folder.resolve("." + FILE).toUri());
    try (ArrowTable table = new ArrowTable(local, temporary, schema(), Compression.NONE)) {
      Columns columns = new Columns(table.root());
      int row = 0;
      for (BenchPoint point : points) {
        for (PositionCost cost : point.measurement().costs()) {
          set(columns, row, point, cost);
          OptionalDouble usd = price.perMillionTokens(cost.nanosPerToken());
          if (usd.isPresent()) {
            columns.set("usd_per_million_tokens", row, usd.getAsDouble());
          }
          row++;
        }
      }
      table.writeBatch(row);
      table.finish();
    }
    Files.move(folder.resolve("." + FILE), folder.resolve(FILE), REPLACE_EXISTING);
  }

  private static void set(Columns columns, int row, BenchPoint point, PositionCost cost) {
    BenchEnvironment where = point.environment();
    columns.set("preset", row, point.preset());
    columns.set("backend", row, where.backend());
    columns.set("device", row, where.device());
    columns.set("machine", row, where.machine());
    columns.set("jdk", row, where.jdk());
    columns.set("code", row, where.code());
    columns.set("threads", row, THREADS);
    columns.set("rounds", row, point.rounds());
    columns.set("phase", row, lower(cost.phase()));
    columns.set("mode", row, lower(cost.mode()));
    columns.set("position", row, cost.position());
    columns.set("rows", row, cost.rows());
    columns.set("us_per_token", row, cost.nanosPerToken() / NANOS_PER_MICRO);
    for (Stage stage : Stage.values()) {
      columns.set(column(stage, "us"), row, cost.nanos(stage) / NANOS_PER_MICRO);
      columns.set(column(stage, "flops"), row, cost.flops(stage));
    }
    double rate = cost.flopsPerToken() / cost.nanosPerToken();
    columns.set("gflops_per_second", row, rate);
    double peak = point.measurement().peakGflops();
    if (peak > 0) {
      columns.set("fma_peak_gflops_per_second", row, peak);
      columns.set("percent_of_fma_peak", row, 100 * rate / peak);
    }
  }
}
