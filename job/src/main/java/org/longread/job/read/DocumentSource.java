package org.longread.job.read;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.substring;

import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.longread.job.DatasetName;
import org.longread.job.InvalidRunException;
import org.longread.job.JobConf;
import org.longread.job.read.BalancedPartitions.DocumentCost;
import scala.Tuple2;

/** The documents of a run, as its Parquet files hold them. */
public final class DocumentSource {
  private static final int SAMPLED_ROWS = 16;
  private static final int LOOKED_AT = 1000;
  private static final int SAMPLED_BYTES = 16 << 10;

  private final Dataset<Row> rows;
  private final IdType idType;
  private final JobConf.Input input;

  private DocumentSource(Dataset<Row> rows, IdType idType, JobConf.Input input) {
    this.rows = rows;
    this.idType = idType;
    this.input = input;
  }

  /**
   * Finds the files and checks their schema; reads no document.
   *
   * @throws InvalidRunException if there are none, one is not Parquet, or a column does not fit
   */
  public static DocumentSource open(SparkSession spark, JobConf.Input input) {
    if (!input.format().equals("parquet")) {
      throw new InvalidRunException(
          "Invalid input-format: " + input.format() + " (expected parquet)");
    }
    List<String> paths = InputFiles.split(input.path());
    InputFiles.check(paths, spark.sparkContext().hadoopConfiguration());
    Dataset<Row> table;
    try {
      table = spark.read().parquet(paths.toArray(String[]::new));
    } catch (Exception e) { // AnalysisException is checked, and Scala does not declare it
      throw new InvalidRunException("Cannot read input " + input.path() + ": " + e.getMessage(), e);
    }
    return of(table, input);
  }

  /**
   * What lineage calls the paths of an input.
   *
   * @throws IOException if a file system cannot be reached
   */
  public static List<DatasetName> names(JobConf.Input input, Configuration hadoop)
      throws IOException {
    List<DatasetName> names = new ArrayList<>();
    for (String path : InputFiles.split(input.path())) {
      names.add(DatasetName.of(path, hadoop));
    }
    return names;
  }

  /**
   * Documents that are rows of a table; the paths of {@code input} are not looked at.
   *
   * @throws InvalidRunException if a column does not fit
   */
  public static DocumentSource of(Dataset<Row> table, JobConf.Input input) {
    InputSchema schema = new InputSchema(table.schema(), input);
    return new DocumentSource(table.select(schema.columns()), schema.idType(), input);
  }

  /** Whether ids may have the type. */
  public static boolean isId(DataType type) {
    return IdType.of(type).isPresent();
  }

  /** Its rows, with the columns of {@link InputSchema}. */
  Dataset<Row> table() {
    return rows;
  }

  /** The type of the id column. */
  public IdType idType() {
    return idType;
  }

  /**
   * Beginnings of a few texts, to guess from how many bytes a token has; none of token input. Which
   * ones, the hashes of their ids say: neither order nor files of the input.
   */
  public List<byte[]> sampleTexts() {
    if (!input.tokensColumn().isEmpty()) {
      return List.of();
    }
    return rows
        .filter(col(InputSchema.ID).isin(sampleIds()).and(col(InputSchema.BODY).isNotNull()))
        .orderBy(DocumentLengths.hash(), col(InputSchema.PART))
        .select(substring(col(InputSchema.BODY), 1, SAMPLED_BYTES))
        .limit(SAMPLED_ROWS)
        .collectAsList()
        .stream()
        .map(row -> row.<byte[]>getAs(0))
        .toList();
  }

  private Object[] sampleIds() {
    Dataset<Row> ids = rows.select(InputSchema.ID).filter(col(InputSchema.ID).isNotNull());
    return (input.partColumn().isEmpty() ? ids : ids.distinct())
            .orderBy(DocumentLengths.hash(), col(InputSchema.ID))
            .limit(SAMPLED_ROWS)
            .collectAsList()
            .stream()
            .map(row -> row.get(0))
            .toArray();
  }

  /** The same source, of documents with one of these ids alone. */
  public DocumentSource only(Collection<?> ids) {
    return new DocumentSource(rows.filter(col(InputSchema.ID).isin(ids.toArray())), idType, input);
  }

  /** When the newest of its files, of the first thousand, was last changed. */
  public Instant lastChanged(Configuration hadoop) throws IOException {
    long newest = 0;
    String[] files = rows.inputFiles();
    for (String file : Arrays.copyOf(files, Math.min(LOOKED_AT, files.length))) {
      Path path = new Path(URI.create(file));
      long changed = path.getFileSystem(hadoop).getFileStatus(path).getModificationTime();
      newest = Math.max(newest, changed);
    }
    return Instant.ofEpochMilli(newest);
  }

  /**
   * Without the documents of such ids, a column of the id column's type. However few they seem to
   * be, they are not broadcast, which would take them through the driver.
   */
  public DocumentSource without(Dataset<Row> ids) {
    Dataset<Row> named = ids.toDF(InputSchema.ID).hint("merge");
    return new DocumentSource(
        rows.join(named, rows.col(InputSchema.ID).equalTo(named.col(InputSchema.ID)), "left_anti"),
        idType,
        input);
  }

  /** Every document once, all in one partition; those that cannot be used say why. */
  public JavaRDD<Document> documents() {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext());
    return BalancedPartitions.dealt(this, spark.broadcast(Deal.single()), 1);
  }

  /** What rows that share an id are. */
  AdjacentRows.Rule sameId() {
    return input.partColumn().isEmpty() ? AdjacentRows.Rule.MISTAKES : AdjacentRows.Rule.PARTS;
  }

  /** Planned costs; of columns that are long, only lengths are looked at. */
  JavaRDD<CostBatch> costs(DocumentCost cost) {
    return DocumentLengths.of(rows, sameId(), input.tokensColumn().isEmpty()).costs(cost);
  }

  /** Every row, with its place. */
  JavaRDD<Tuple2<Place, InputRow>> placedRows(Broadcast<Deal> deal) {
    int hashColumn = rows.columns().length;
    return rows.withColumn("hash", DocumentLengths.hash())
        .toJavaRDD()
        .map(
            row -> {
              InputRow read = InputRow.of(row);
              InputRow kept = read.id() == null ? read.withoutBody() : read;
              return new Tuple2<>(deal.value().place(row.getLong(hashColumn), kept), kept);
            });
  }

  /** Ids, each with its rows. */
  private Dataset<Row> parts() {
    return rows.groupBy(InputSchema.ID)
        .agg(
            collect_list(
                struct(
                    InputSchema.ID,
                    InputSchema.BODY,
                    InputSchema.PART,
                    InputSchema.QUESTIONS,
                    InputSchema.CONTINUATION)));
  }

  private static Document assembled(Row parts) {
    List<Row> rows = parts.getList(1);
    return DocumentRows.assemble(parts.get(0), rows.stream().map(InputRow::of).toList());
  }

  /**
   * The document that a row would be.
   *
   * @param row id, bytes of the text, no part, questions, continuation; any may be null
   */
  public static Document document(Row row) {
    return DocumentRows.document(InputRow.of(row));
  }

  /** What becomes of the documents of a partition. */
  @FunctionalInterface
  public interface PartitionFunction extends Serializable {
    /** Rows of the documents, which come one by one. */
    Iterator<Row> call(Iterator<Document> documents);
  }

  /**
   * Rows of a schema made of the documents, nothing of which runs before an action does. Partitions
   * are the table's own; ids are not compared, so every row, or every id if there are parts, is a
   * document.
   */
  public Dataset<Row> mapPartitions(PartitionFunction function, StructType schema) {
    boolean whole = input.partColumn().isEmpty();
    MapPartitionsFunction<Row, Row> call =
        partition -> {
          Iterable<Row> each = () -> partition;
          Stream<Row> stream = StreamSupport.stream(each.spliterator(), false);
          return function.call(
              stream.map(whole ? DocumentSource::document : DocumentSource::assembled).iterator());
        };
    return (whole ? rows : parts()).mapPartitions(call, Encoders.row(schema));
  }
}
