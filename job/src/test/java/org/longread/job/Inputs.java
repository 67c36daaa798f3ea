package org.longread.job;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Parquet files for tests, and the Spark session that writes and reads them. */
public final class Inputs {
  static final Path NEEDLES = Path.of("..", "deploy", "demo", "needle-dev.parquet");

  private Inputs() {}

  /** The session most tests share. */
  public static SparkSession spark() {
    return spark(2);
  }

  /** A session with so many task slots; stops one that has another number. */
  static SparkSession spark(int slots) {
    String master = "local[" + slots + "]";
    if (SparkSession.getActiveSession().isDefined()) {
      SparkSession active = SparkSession.getActiveSession().get();
      if (!active.sparkContext().isStopped() && !active.sparkContext().master().equals(master)) {
        active.stop();
      }
    }
    return SparkSession.builder()
        .master(master)
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 2)
        .getOrCreate();
  }

  /** A new session with a setting; the caller stops it. */
  static SparkSession spark(String key, String value) {
    spark().stop();
    return SparkSession.builder()
        .master("local[1]")
        .config("spark.ui.enabled", false)
        .config(key, value)
        .getOrCreate();
  }

  /**
   * Writes rows as {@code files} Parquet files; the schema in SQL, as in "id string, text string".
   */
  public static Path write(Path folder, int files, String schema, Object[]... rows) {
    List<Row> values = Arrays.stream(rows).map(RowFactory::create).toList();
    spark()
        .createDataFrame(values, StructType.fromDDL(schema))
        .repartition(files)
        .write()
        .parquet(folder.toString());
    return folder;
  }

  /** Values of a row. */
  public static Object[] row(Object... values) {
    return values;
  }

  /** The needle documents of 1 KiB, id column renamed. */
  static Path needles(Path folder, int count) {
    spark()
        .read()
        .parquet(NEEDLES.toString())
        .filter("length <= 1024")
        .orderBy("doc_id")
        .limit(count)
        .withColumnRenamed("doc_id", "id")
        .write()
        .parquet(folder.toString());
    return folder;
  }
}
