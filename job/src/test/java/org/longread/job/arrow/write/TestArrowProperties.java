package org.longread.job.arrow.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.ArrowUtils;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.Inputs;
import org.longread.job.arrow.read.WholeFile;
import org.longread.job.arrow.write.ArrowFileFormat.Compression;

/** Whatever the schema and the rows: what is written is what is read. Failures name the seed. */
class TestArrowProperties {
  private static final int TABLES = 1_000;
  private static final int SPARK_TABLES = 30;
  private static final String CODEGEN = "spark.sql.codegen.factoryMode";
  private static final Configuration CONF = new Configuration();

  @TempDir Path folder;

  @AfterEach
  void nothingLeaks() {
    SQLConf.get().unsetConf(CODEGEN);
    assertThat(ArrowUtils.rootAllocator().getAllocatedMemory()).isZero();
    assertThat(ArrowUtils.rootAllocator().getChildAllocators()).isEmpty();
  }

  @Test
  void randomTablesComeBackAsTheyWere() throws Exception {
    SQLConf.get().setConfString(CODEGEN, "NO_CODEGEN"); // a class for each schema takes its time
    Path file = folder.resolve("a.arrow");
    for (long seed = 0; seed < TABLES; seed++) {
      RandomTables random = new RandomTables(seed);
      StructType schema = random.schema();
      List<InternalRow> rows = random.rows(schema, 40);
      ArrowFileFormat format =
          new ArrowFileFormat(
              random.below(2) == 0 ? Compression.NONE : Compression.ZSTD,
              1 + random.below(15),
              1 + random.below(9999));
      write(file, schema, rows, format);
      String which = "seed " + seed + ", " + schema.toDDL();
      assertThat(WholeFile.schema(file)).as(which).isEqualTo(schema.asNullable());
      assertThat(read(file, schema)).as(which).isEqualTo(plain(rows, schema, schema));
      StructType some = random.someOf(schema);
      assertThat(read(file, some)).as(which).isEqualTo(plain(rows, schema, some));
      Files.delete(file);
    }
  }

  private static void write(
      Path file, StructType schema, List<InternalRow> rows, ArrowFileFormat format)
      throws Exception {
    try (ArrowFile out =
        ArrowFile.create(
            FileSystem.getLocal(CONF).getRaw(),
            new org.apache.hadoop.fs.Path(file.toUri()),
            schema,
            format)) {
      for (InternalRow row : rows) {
        out.write(row);
      }
      out.finish();
    }
  }

  private static List<Object> read(Path file, StructType schema) throws Exception {
    List<Object> rows = new ArrayList<>();
    WholeFile.read(file, schema, row -> rows.add(PlainValues.of(row, schema)));
    return rows;
  }

  /** What columns of rows are, in the order of {@code wanted}. */
  private static List<Object> plain(List<InternalRow> rows, StructType schema, StructType wanted) {
    List<Object> plain = new ArrayList<>();
    for (InternalRow row : rows) {
      List<Object> values = PlainValues.of(row, schema);
      List<Object> chosen = new ArrayList<>();
      for (String name : wanted.fieldNames()) {
        chosen.add(values.get(schema.fieldIndex(name)));
      }
      plain.add(chosen);
    }
    return plain;
  }

  @Test
  void randomTablesComeBackThroughSpark() {
    SparkSession spark = (SparkSession) Inputs.spark();
    spark.conf().set("spark.sql.timeType.enabled", true);
    for (long seed = TABLES; seed < TABLES + SPARK_TABLES; seed++) {
      RandomTables random = new RandomTables(seed);
      StructType columns = random.schema();
      List<InternalRow> rows = new ArrayList<>();
      for (InternalRow row : random.rows(columns, 60)) {
        rows.add(numbered(rows.size(), row, columns));
      }
      StructType schema = numbered(columns);
      Path to = folder.resolve("t" + seed);
      Dataset<Row> frame =
          spark.internalCreateDataFrame(
              JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, 3).rdd(),
              schema,
              false);
      var writer = frame.write().format("arrow").option("maxRecordsPerBatch", 1 + random.below(20));
      boolean partitioned = random.below(2) == 0 && !rows.isEmpty();
      (partitioned ? writer.partitionBy("part") : writer).save(to.toString());
      Dataset<Row> read =
          spark.read().format("arrow").load(to.toString()).select(quoted(keyed(schema)));
      List<Object> found = new ArrayList<>();
      for (Object row : (Object[]) read.queryExecution().executedPlan().executeCollect()) {
        found.add(PlainValues.of((InternalRow) row, keyed(schema)));
      }
      found.sort(Comparator.comparingInt(row -> (Integer) ((List<?>) row).get(0)));
      assertThat(found)
          .as("seed %d, %s", seed, columns.toDDL())
          .isEqualTo(plain(rows, schema, keyed(schema)));
    }
  }

  private static Column[] quoted(StructType schema) {
    return Stream.of(schema.fieldNames())
        .map(name -> new Column("`" + name.replace("`", "``") + "`"))
        .toArray(Column[]::new);
  }

  private static StructType numbered(StructType columns) {
    return columns.add("key", DataTypes.IntegerType, false).add("part", DataTypes.StringType, true);
  }

  private static InternalRow numbered(int key, InternalRow row, StructType columns) {
    Object[] values = new Object[columns.size() + 2];
    for (int i = 0; i < columns.size(); i++) {
      values[i] = row.get(i, columns.fields()[i].dataType());
    }
    values[columns.size()] = key;
    values[columns.size() + 1] =
        key % 3 == 0 ? null : UTF8String.fromString("é/= " + "x".repeat(key % 5));
    return new GenericInternalRow(values);
  }

  /** The key before all columns. */
  private static StructType keyed(StructType schema) {
    StructType keyed = new StructType().add("key", DataTypes.IntegerType, false);
    for (StructField field : schema.fields()) {
      keyed = keyed.add(field);
    }
    return keyed;
  }
}
