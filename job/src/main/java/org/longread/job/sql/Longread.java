package org.longread.job.sql;

import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;
import org.longread.job.InferencePlan;
import org.longread.job.InvalidRunException;
import org.longread.job.JobConf;
import org.longread.job.JobConf.Task;
import org.longread.job.LeasedInference;
import org.longread.job.read.Document;
import org.longread.job.read.DocumentSource;
import org.longread.job.task.ResultRow;

/**
 * Answers, scores and vectors for the documents of a data frame, as a data frame:
 *
 * <pre>{@code
 * Dataset<Row> answers =
 *     Longread.on(spark).model("models/v3.2").question("\nWhich law governs?\n").generate(contracts);
 * }</pre>
 *
 * <p>Options are those of a run, by the same keys; what is not given is taken from the session's
 * {@code spark.longread.*}. A call checks options, columns and model at once; documents are read
 * when an action asks for rows, in the partitions they are in, each row (or id, with {@code
 * part-column}) a document of its own. The columns are those of the result table, and a row is the
 * same as a run would write. Immutable: every option makes another one.
 */
public final class Longread {
  private final SparkSession spark;
  private final Map<String, String> options;

  private Longread(SparkSession spark, Map<String, String> options) {
    this.spark = spark;
    this.options = options;
  }

  /** With the options of a session. */
  public static Longread on(SparkSession spark) {
    return new Longread(spark, Map.of());
  }

  /** The model folder: {@code model}. */
  public Longread model(String path) {
    return option("model", path);
  }

  /** The text after every document: {@code prompt-suffix}. */
  public Longread question(String text) {
    return option("prompt-suffix", text);
  }

  /** Any option of a run, as on its command line but without dashes: "max-new-tokens", "10". */
  public Longread option(String key, String value) {
    return options(Map.of(key, value));
  }

  /** Several options. */
  public Longread options(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(options);
    all.putAll(more);
    return new Longread(spark, Map.copyOf(all));
  }

  /**
   * An answer per document and question.
   *
   * @throws InvalidRunException if an option, a column or the model is invalid
   */
  public Dataset<Row> generate(Dataset<Row> documents) {
    return answer(Task.GENERATE, documents);
  }

  /**
   * Log-probability and bits per byte per document.
   *
   * @throws InvalidRunException if an option, a column or the model is invalid
   */
  public Dataset<Row> score(Dataset<Row> documents) {
    return answer(Task.SCORE, documents);
  }

  /**
   * A vector per document.
   *
   * @throws InvalidRunException if an option, a column or the model is invalid
   */
  public Dataset<Row> embed(Dataset<Row> documents) {
    return answer(Task.EMBED, documents);
  }

  private Dataset<Row> answer(Task task, Dataset<Row> documents) {
    JobConf conf = FaceOptions.ofFrame(spark, task, options);
    DocumentSource source = DocumentSource.of(documents, conf.input());
    InferencePlan plan = InferencePlan.check(spark, conf);
    DataType idType = documents.schema().apply(conf.input().idColumn()).dataType();
    StructType table = AnswerSchema.table(idType);
    return source.mapPartitions(partition -> answers(plan, partition), table);
  }

  /** The engine is leased until the Spark task ends, whether or not all rows were asked for. */
  private static Iterator<Row> answers(InferencePlan plan, Iterator<Document> documents) {
    LeasedInference leased = plan.open();
    TaskCompletionListener close = context -> leased.close();
    TaskContext.get().addTaskCompletionListener(close);
    Iterator<ResultRow> rows = leased.answer(documents);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        return AnswerSchema.tableRow(rows.next());
      }
    };
  }
}
