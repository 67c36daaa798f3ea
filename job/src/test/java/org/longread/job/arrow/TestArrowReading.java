package org.longread.job.arrow;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.input_file_name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.ArrowUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.InvalidRunException;

/** Which files are read, how much of them, and what is refused. */
class TestArrowReading {
  @TempDir Path folder;
  private final SparkSession spark = Frames.spark();

  @AfterEach
  void nothingLeaks() {
    assertThat(ArrowUtils.rootAllocator().getAllocatedMemory()).isZero();
  }

  private void write(String name, String... columns) {
    write(name, 100, columns);
  }

  private void write(String name, int rows, String... columns) {
    spark
        .range(0, rows, 1, 1)
        .selectExpr(columns)
        .write()
        .format("arrow")
        .option("maxRecordsPerBatch", 10)
        .save(folder.resolve(name).toString());
  }

  private Dataset<Row> read(String name) {
    return Frames.read(folder.resolve(name));
  }

  /** A metric of the scan, after running it. */
  private static long metric(Dataset<Row> frame, String name) {
    SparkPlan plan =
        ((org.apache.spark.sql.classic.Dataset<Row>) frame).queryExecution().executedPlan();
    plan.execute().count();
    return plan.collectLeaves().head().metrics().get(name).get().value();
  }

  /** As OpenLineage's listener asks. */
  @Test
  void tableTellsItsNameForLineage() {
    write("a", "id");
    assertThat(properties(read("a")))
        .containsEntry("openlineage.dataset.namespace", "file")
        .containsEntry("openlineage.dataset.name", folder.resolve("a").toString());
    write("b", "id");
    Dataset<Row> both =
        spark
            .read()
            .format("arrow")
            .load(folder.resolve("a").toString(), folder.resolve("b").toString());
    assertThat(properties(both)).as("there is room for one name").isEmpty();
  }

  private static Map<String, String> properties(Dataset<Row> frame) {
    return ((DataSourceV2Relation)
            ((org.apache.spark.sql.classic.Dataset<Row>) frame)
                .queryExecution()
                .analyzed()
                .collectLeaves()
                .head())
        .table()
        .properties();
  }

  @Test
  void onlyWantedColumnsAreRead() {
    write(
        "a",
        "id",
        "repeat('x', 100000) as wide",
        "named_struct('p', id, 'q', repeat('y', 100000)) as s");
    long all = metric(read("a"), "bytesRead");
    assertThat(all).isGreaterThan(20_000_000);
    assertThat(metric(read("a").select("id"), "bytesRead")).isLessThan(200_000);
    assertThat(metric(read("a").select("s.p"), "bytesRead")).isLessThan(200_000);
    assertThat(metric(read("a").selectExpr("1"), "bytesRead")).isLessThan(200_000);
    assertThat(read("a").selectExpr("sum(id)", "sum(s.p)", "count(wide)").first().toString())
        .isEqualTo("[4950,4950,100]");
    assertThat(metric(read("a"), "recordBatchesRead")).isEqualTo(10);
  }

  @Test
  void recordBatchesAreDealtToPartitions() {
    write("a", 1000, "id", "repeat('x', 1000) as text"); // 100 batches of about 10 kB
    spark.conf().set("spark.sql.files.maxPartitionBytes", 200_000);
    try {
      Dataset<Row> read = read("a");
      assertThat(read.rdd().getNumPartitions()).isBetween(5, 8);
      assertThat(read.selectExpr("sum(id)", "count(*)").first().toString())
          .isEqualTo("[499500,1000]");
      spark.conf().set("spark.sql.files.maxPartitionBytes", 1);
      assertThat(read("a").rdd().getNumPartitions()).isEqualTo(100);
    } finally {
      spark.conf().unset("spark.sql.files.maxPartitionBytes");
    }
    for (int i = 0; i < 20; i++) {
      write("many/" + i, 1, "id");
    }
    assertThat(spark.read().format("arrow").load(folder + "/many/*").rdd().getNumPartitions())
        .isEqualTo(2); // small files share
  }

  @Test
  void partitionColumnsComeFromFolders() {
    spark
        .range(60)
        .selectExpr(
            "id", "date'2026-01-01' + cast(id % 3 as int) as day", "concat('a/b ', id % 2) as kind")
        .write()
        .format("arrow")
        .partitionBy("day", "kind")
        .save(folder + "/a");
    Dataset<Row> read = read("a");
    assertThat(read.schema().toDDL()).isEqualTo("id BIGINT,day DATE,kind STRING");
    assertThat(folder.resolve("a/day=2026-01-01")).isDirectory();
    assertThat(read.filter("kind = 'a/b 1' and day > '2026-01-01'").count()).isEqualTo(20);
    Dataset<Row> one = read.filter("kind = 'a/b 1' and day = '2026-01-03'");
    assertThat(one.select(input_file_name()).distinct().collectAsList())
        .allSatisfy(row -> assertThat(row.getString(0)).contains("day=2026-01-03"));
    assertThat(metric(one, "recordBatchesRead")).isLessThan(metric(read, "recordBatchesRead"));
    assertThat(read.groupBy("day").count().count()).isEqualTo(3);
    // Types as the user says; columns of the path alone.
    StructType asText = StructType.fromDDL("day string, id bigint");
    assertThat(spark.read().format("arrow").schema(asText).load(folder + "/a").schema().toDDL())
        .isEqualTo("day STRING,id BIGINT,kind STRING");
    assertThat(read("a").select("day").distinct().count()).isEqualTo(3);
    assertThat(
            spark
                .read()
                .format("arrow")
                .option("recursiveFileLookup", true)
                .load(folder + "/a")
                .columns())
        .containsExactly("id");
    assertThat(
            spark
                .read()
                .format("arrow")
                .option("basePath", folder + "/a")
                .load(folder + "/a/day=2026-01-01")
                .columns())
        .containsExactly("id", "day", "kind");
  }

  @Test
  void nullAndEmptyPartitionValuesAreNull() {
    spark
        .sql(
            "select 1 as a, cast(null as string) as p union all select 2, '' union all select 3, 'x'")
        .write()
        .format("arrow")
        .partitionBy("p")
        .save(folder + "/a");
    assertThat(read("a").filter("p is null").count()).isEqualTo(2);
  }

  @Test
  void hiddenFilesGlobsAndListsAreAsWithOtherFormats() throws Exception {
    write("a", "id");
    write("b", "id");
    Files.writeString(folder.resolve("a/_notes"), "not Arrow");
    Files.writeString(folder.resolve("a/.hidden"), "not Arrow");
    Files.writeString(folder.resolve("b/readme.txt"), "not Arrow");
    assertThat(read("a").count()).isEqualTo(100);
    assertThat(
            spark
                .read()
                .format("arrow")
                .option("pathGlobFilter", "*.arrow")
                .load(folder + "/a", folder + "/b")
                .count())
        .isEqualTo(200);
    assertThat(
            spark
                .read()
                .format("arrow")
                .option("PATHGLOBFILTER", "*.arrow")
                .load(folder + "/[ab]")
                .count())
        .isEqualTo(200);
    assertThatThrownBy(() -> read("b"))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining("readme.txt")
        .hasMessageContaining("not an Arrow file");
    assertThatThrownBy(() -> read("none")).hasMessageContaining("none");
  }

  @Test
  void filesThatDifferAreRefusedByName() {
    write("a/x=1", "id", "cast(id as int) as n");
    write("a/x=2", "id", "cast(id as string) as n");
    assertThatThrownBy(() -> read("a"))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining("x=1")
        .hasMessageContaining("x=2")
        .hasMessageContaining("field n is int in the first and string in the second");
    write("b/x=1", "id", "named_struct('a', id) as s");
    write("b/x=2", "id", "named_struct('a', id, 'b', 1) as s");
    assertThatThrownBy(() -> read("b")).hasMessageContaining("field s is struct<a:bigint>");
    write("c/x=1", "id", "1 as k");
    write("c/x=2", "id");
    assertThatThrownBy(() -> read("c")).hasMessageContaining("field k is missing in the second");
    write("d/x=1", "id as k", "1 as l");
    write("d/x=2", "1 as l", "id as k"); // order does not count
    assertThat(read("d").selectExpr("sum(k)", "sum(l)").first().toString()).isEqualTo("[9900,200]");
  }

  @Test
  void givenSchemaMayWidenLeaveOutAndAdd() {
    write(
        "a/x=1",
        "cast(id as int) as n",
        "cast(id as float) as f",
        "named_struct('p', cast(id as short), 'q', 1) as s");
    write("a/x=2", "id as N", "cast(id as decimal(5,1)) as d");
    StructType wide =
        StructType.fromDDL("n bigint, d decimal(20,2), f double, s struct<p: int, r: string>");
    Dataset<Row> read = spark.read().format("arrow").schema(wide).load(folder + "/a");
    assertThat(read.filter("n = 7").orderBy("x").collectAsList().stream().map(Row::toString))
        .containsExactly("[7,null,7.0,[7,null],1]", "[7,7.00,null,null,2]");
    for (String narrow : List.of("n int", "n string", "f float, n smallint")) {
      StructType schema = StructType.fromDDL(narrow);
      assertThatThrownBy(
              () -> spark.read().format("arrow").schema(schema).load(folder + "/a").count())
          .isInstanceOf(InvalidRunException.class)
          .hasMessageContaining("field n");
    }
  }

  @Test
  void otherFormatsAndCutFilesAreNamed() throws Exception {
    Files.createDirectories(folder.resolve("s"));
    Files.write(
        folder.resolve("s/stream.arrow"),
        new byte[] {-1, -1, -1, -1, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    assertThatThrownBy(() -> read("s"))
        .hasMessageContaining("stream.arrow")
        .hasMessageContaining("Arrow stream");
    write("c", "id");
    Path file = TestArrowRoundTrip.files(folder.resolve("c")).get(0);
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
      cut.setLength(cut.length() - 20);
    }
    assertThatThrownBy(() -> read("c"))
        .hasMessageContaining(file.getFileName().toString())
        .hasMessageContaining("cut short");
    Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> read("empty")).hasMessageContaining("no Arrow files there");
  }

  @Test
  void scansAreComparedByWhatTheyRead() {
    write("a", "id", "id % 3 as g");
    Dataset<Row> once = read("a").groupBy("g").count();
    assertThat(once.join(once.withColumnRenamed("count", "c2"), "g").count()).isEqualTo(3);
    assertThat(read("a").filter(col("id").gt(5)).limit(3).collectAsList()).hasSize(3);
  }
}
