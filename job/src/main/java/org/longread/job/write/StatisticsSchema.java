package org.longread.job.write;

import static org.longread.job.write.ArrowTypes.FLOAT64;
import static org.longread.job.write.ArrowTypes.INT32;
import static org.longread.job.write.ArrowTypes.INT64;
import static org.longread.job.write.ArrowTypes.UTF8;
import static org.longread.job.write.ArrowTypes.itemStruct;
import static org.longread.job.write.ArrowTypes.nullable;
import static org.longread.job.write.ArrowTypes.required;
import static org.longread.job.write.ArrowTypes.requiredList;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.longread.kernels.ops.Stage;

/** The columns of the statistics table: one row per Spark task attempt that committed. */
public final class StatisticsSchema {
  /** Column of throughput by document length. */
  static final String BUCKETS = "length_buckets";

  private StatisticsSchema() {}

  /** The schema. */
  public static Schema schema() {
    List<Field> fields = new ArrayList<>();
    fields.add(required("run_id", UTF8));
    fields.add(required("partition_id", INT32));
    fields.add(required("attempt", INT32));
    for (String name : List.of("executor_id", "host", "backend", "device")) {
      fields.add(required(name, UTF8));
    }
    for (String name : COUNTS) {
      fields.add(required(name, INT64));
    }
    for (Stage stage : Stage.values()) {
      fields.add(required(nanosColumn(stage), INT64));
    }
    for (Stage stage : Stage.values()) {
      fields.add(required(flopsColumn(stage), INT64));
    }
    for (String name : ENGINE_COUNTS) {
      fields.add(required(name, INT64));
    }
    fields.add(required("tokens_per_second", FLOAT64));
    fields.add(nullable("cost_usd", FLOAT64));
    fields.add(
        requiredList(
            BUCKETS,
            itemStruct(
                required("min_tokens", INT64),
                required("max_tokens", INT64),
                required("documents", INT64),
                required("tokens", INT64),
                required("wall_ns", INT64),
                required("tokens_per_second", FLOAT64))));
    for (String name : DEVICE_COUNTS) {
      fields.add(required(name, INT64));
    }
    for (String name : WEIGHT_COUNTS) {
      fields.add(required(name, INT64));
    }
    return new Schema(fields, Map.of(ResultSchema.VERSION_KEY, ResultSchema.VERSION));
  }

  private static final List<String> COUNTS =
      List.of(
          "documents_in",
          "documents_failed",
          "rows_out",
          "rows_failed",
          "tokens_in",
          "tokens_out",
          "wall_ns",
          "read_ns",
          "tokenize_ns",
          "write_ns");

  private static final List<String> ENGINE_COUNTS =
      List.of(
          "dense_equivalent_flops",
          "keys_scored",
          "keys_kept",
          "h2d_bytes",
          "d2h_bytes",
          "peak_cache_bytes");

  /** Added after the others, whose places readers may know. */
  private static final List<String> DEVICE_COUNTS =
      List.of("device_kernel_ns", "device_compile_ns", "device_memory_bytes");

  /** Added after those. */
  private static final List<String> WEIGHT_COUNTS =
      List.of("weight_read_bytes", "weight_read_ns", "weight_wait_ns");

  static String nanosColumn(Stage stage) {
    return stage.name().toLowerCase(Locale.ROOT) + "_ns";
  }

  static String flopsColumn(Stage stage) {
    return stage.name().toLowerCase(Locale.ROOT) + "_flops";
  }
}
