package org.longread.job.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.GeographyType;
import org.apache.spark.sql.types.GeometryType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.ArrowUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.longread.job.InvalidRunException;
import org.longread.job.arrow.file.FileFooter;
import org.longread.job.arrow.file.FileInput;
import org.longread.job.arrow.file.FooterReader;

/** What is written with the source is what it reads. */
class TestArrowRoundTrip {
  @TempDir Path folder;

  @AfterEach
  void nothingLeaks() {
    assertThat(ArrowUtils.rootAllocator().getAllocatedMemory()).isZero();
    assertThat(ArrowUtils.rootAllocator().getChildAllocators()).isEmpty();
  }

  static List<Path> files(Path folder) throws Exception {
    try (Stream<Path> found = Files.walk(folder)) {
      return found.filter(f -> f.getFileName().toString().endsWith(".arrow")).sorted().toList();
    }
  }

  static FileFooter footer(Path file) throws Exception {
    try (FileInput in =
        FileInput.open(
            new org.apache.hadoop.fs.Path(file.toUri()), Files.size(file), new Configuration())) {
      return FooterReader.read(in);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "zstd"})
  void everyTypeComesBackInManyBatches(String compression) throws Exception {
    Dataset<Row> frame = Frames.everyType(200);
    frame
        .write()
        .format("arrow")
        .option("compression", compression)
        .option("maxRecordsPerBatch", 9)
        .save(folder + "/a");
    Dataset<Row> read = Frames.read(folder.resolve("a"));
    assertThat(read.schema()).isEqualTo(frame.schema().asNullable());
    assertThat(Frames.rows(read)).isEqualTo(Frames.rows(frame));
    assertThat(read.filter("nothing is not null").count()).isZero();
    assertThat(read.count()).isEqualTo(200);
    assertThat(footer(files(folder).get(0)).batches()).hasSize(8); // 66 rows, 9 at a time
  }

  @Test
  void parquetGivesTheSame() {
    Dataset<Row> frame = Frames.everyType(50).drop("nothing", "clock", "variant");
    frame.write().format("arrow").save(folder + "/a");
    frame.write().parquet(folder + "/p");
    Dataset<Row> arrow = Frames.read(folder.resolve("a"));
    Dataset<Row> parquet = Frames.spark().read().parquet(folder + "/p");
    assertThat(arrow.schema()).isEqualTo(parquet.schema());
    assertThat(arrow.orderBy("key").collectAsList())
        .isEqualTo(parquet.orderBy("key").collectAsList());
  }

  @Test
  void batchesEndAfterBytesToo() throws Exception {
    Frames.spark()
        .range(0, 1000, 1, 1)
        .selectExpr("repeat('x', 1000) as text")
        .write()
        .format("arrow")
        .option("maxBytesPerBatch", "100k")
        .save(folder + "/a");
    FileFooter footer = footer(files(folder).get(0));
    assertThat(footer.batches()).hasSize(10);
    assertThat(footer.batches()).allSatisfy(b -> assertThat(b.bytes()).isLessThan(120 << 10));
  }

  @Test
  void commentsAndRangesAreKept() {
    StructType schema = StructType.fromDDL("a int comment 'count', b interval hour");
    Frames.spark()
        .createDataFrame(List.<Row>of(), schema)
        .write()
        .format("arrow")
        .save(folder + "/a");
    Dataset<Row> read = Frames.read(folder.resolve("a"));
    assertThat(read.schema().apply("a").getComment().get()).isEqualTo("count");
    assertThat(read.schema().apply("b").dataType().simpleString()).isEqualTo("interval hour");
    assertThat(read.count()).isZero();
  }

  @Test
  void sameRowsMakeTheSameBytes() throws Exception {
    for (String name : List.of("a", "b")) {
      Frames.everyType(100).coalesce(1).write().format("arrow").save(folder + "/" + name);
    }
    assertThat(files(folder.resolve("a")).get(0))
        .hasSameBinaryContentAs(files(folder.resolve("b")).get(0));
  }

  @Test
  void typesThatCannotBeWrittenAreNamedBeforeAnythingIs() {
    Dataset<Row> frame =
        Frames.spark().sql("select named_struct('at', array(make_interval(1, 2))) as deep");
    assertThatThrownBy(() -> frame.write().format("arrow").save(folder + "/a"))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining("deep.at.element")
        .hasMessageContaining("interval");
    assertThat(folder.resolve("a")).doesNotExist();
  }

  @Test
  void placesAreRefusedWithTheWayOut() {
    for (DataType place : List.of(GeometryType.apply(0), GeographyType.apply(4326))) {
      StructType schema = new StructType().add("at", DataTypes.createArrayType(place));
      Dataset<Row> frame = Frames.spark().createDataFrame(List.<Row>of(), schema);
      assertThatThrownBy(() -> frame.write().format("arrow").save(folder + "/a"))
          .isInstanceOf(InvalidRunException.class)
          .hasMessageContaining("at.element")
          .hasMessageContaining(place.typeName().substring(0, 7))
          .hasMessageContaining("ST_AsBinary");
      assertThat(folder.resolve("a")).doesNotExist();
    }
  }

  @Test
  void optionsAreChecked() {
    Dataset<Row> frame = Frames.spark().range(1).toDF();
    assertThatThrownBy(() -> frame.write().format("arrow").option("compresion", "x").save("a"))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining("did you mean compression?");
    assertThatThrownBy(() -> frame.write().format("arrow").option("compression", "lz4").save("a"))
        .hasMessageContaining("expected none or zstd");
    assertThatThrownBy(
            () -> frame.write().format("arrow").option("maxRecordsPerBatch", "0").save("a"))
        .hasMessageContaining("expected 1 to");
    assertThatThrownBy(
            () -> Frames.spark().read().format("arrow").option("nanoseconds", "drop").load("a"))
        .hasMessageContaining("expected exact or truncate");
    assertThatThrownBy(() -> Frames.spark().read().format("arrow").load())
        .hasMessageContaining("Invalid path");
  }

  @Test
  void sqlTablesAreReadAndWritten() {
    var spark = Frames.spark();
    spark.range(10).toDF("n").write().format("arrow").save(folder + "/a");
    spark.sql("create temporary view v using arrow options (path '" + folder + "/a')");
    assertThat(spark.sql("select sum(n) from v").first().getLong(0)).isEqualTo(45);
    spark.sql(
        "create table t (n bigint, part string) using arrow partitioned by (part) location '%s/t'"
            .formatted(folder));
    try {
      spark.sql("insert into t select n, cast(n % 2 as string) from v");
      spark.sql("insert into t values (100, null)");
      assertThat(spark.sql("select sum(n), count(part) from t").first().toString())
          .isEqualTo("[145,10]");
      assertThat(folder.resolve("t/part=1")).isDirectory();
      spark.sql("insert overwrite t values (1, 'x')");
      assertThat(spark.sql("select * from t").collectAsList().toString()).isEqualTo("[[1,x]]");
    } finally {
      spark.sql("drop table t");
      spark.sql("drop view v");
    }
  }

  /** Spark refuses them before anything is planned; by DataFrameWriter they work. */
  @Test
  void overwritesOfSomePartitionsAreRefusedInSql() throws Exception {
    var spark = Frames.spark();
    spark.sql(
        "create table t (n bigint, part string) using arrow partitioned by (part) location '%s/t'"
            .formatted(folder));
    try {
      spark.sql("insert into t values (1, 'a'), (2, 'b')");
      for (String sql :
          List.of(
              "insert overwrite t partition (part = 'a') values (3)",
              "insert overwrite t partition (part) values (3, 'a')")) {
        spark.conf().set("spark.sql.sources.partitionOverwriteMode", "dynamic");
        assertThatThrownBy(() -> spark.sql(sql)).isInstanceOf(AnalysisException.class);
      }
      spark.conf().unset("spark.sql.sources.partitionOverwriteMode");
      assertThatThrownBy(() -> spark.sql("insert overwrite t partition (part = 'a') values (3)"))
          .isInstanceOf(AnalysisException.class);
      assertThatThrownBy(() -> spark.table("t").writeTo("t").overwritePartitions())
          .isInstanceOf(AnalysisException.class);
      assertThat(spark.sql("select * from t order by n").collectAsList().toString())
          .isEqualTo("[[1,a], [2,b]]");
    } finally {
      spark.conf().unset("spark.sql.sources.partitionOverwriteMode");
      spark.sql("drop table t");
    }
  }

  @Test
  void rowsOfOtherSourcesAreMeasuredAndWritten() {
    // Rows of a local relation are not Spark's packed ones everywhere.
    List<Row> rows = Frames.spark().range(5).toDF("n").collectAsList();
    Frames.spark()
        .createDataFrame(rows, StructType.fromDDL("n bigint"))
        .write()
        .format("arrow")
        .mode(SaveMode.Append)
        .save(folder + "/a");
    assertThat(Frames.read(folder.resolve("a")).count()).isEqualTo(5);
  }
}
