package org.longread.job.sql;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.FloatType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.longread.job.arrow.ScalaCollections;
import org.longread.job.task.ResultRow;
import org.longread.job.task.ResultRow.Embedded;
import org.longread.job.task.ResultRow.EvidenceSpan;
import org.longread.job.task.ResultRow.Failed;
import org.longread.job.task.ResultRow.Generated;
import org.longread.job.task.ResultRow.Scored;

/** The columns of the result table as Spark has them, and result rows as its rows. */
final class AnswerSchema {
  private static final StructType SPAN =
      new StructType()
          .add("start", LongType, false)
          .add("end", LongType, false)
          .add("weight", FloatType, false);

  /** What an SQL function yields: the result table without id and question. */
  static final StructType ANSWER =
      new StructType()
          .add("status", StringType, false)
          .add("error_code", StringType)
          .add("error_message", StringType)
          .add("prompt_tokens", LongType, false)
          .add("output_tokens", IntegerType, false)
          .add("truncated", BooleanType, false)
          .add("text", StringType)
          .add("finish_reason", StringType)
          .add("output_log_prob", DoubleType)
          .add("bits_per_byte", DoubleType)
          .add("log_prob_sum", DoubleType)
          .add("embedding", new ArrayType(FloatType, false))
          .add("evidence", new ArrayType(SPAN, false), false)
          .add("captured_mass", FloatType)
          .add("selection_recall", FloatType)
          .add("cost_usd", DoubleType);

  private AnswerSchema() {}

  /** The result table of documents with ids of a type. */
  static StructType table(DataType idType) {
    List<StructField> fields =
        new ArrayList<>(
            List.of(
                DataTypes.createStructField("doc_id", idType, true),
                DataTypes.createStructField("question_index", IntegerType, false)));
    fields.addAll(Arrays.asList(ANSWER.fields()));
    return DataTypes.createStructType(fields);
  }

  /** A row of {@link #table}. */
  static Row tableRow(ResultRow row) {
    List<Object> values = new ArrayList<>(Arrays.asList(row.docId(), row.questionIndex()));
    values.addAll(values(row));
    return RowFactory.create(values.toArray());
  }

  /** A row of {@link #ANSWER}. */
  static Row answer(ResultRow row) {
    return RowFactory.create(values(row).toArray());
  }

  private static List<Object> values(ResultRow row) {
    ResultRow.Output output = row.output();
    Failed failed = output instanceof Failed one ? one : new Failed(null, null);
    Generated generated = output instanceof Generated one ? one : null;
    Scored scored = output instanceof Scored one ? one : null;
    return Arrays.asList(
        row.isFailed() ? "error" : "ok",
        failed.code(),
        failed.message(),
        row.promptTokens(),
        row.outputTokens(),
        row.truncated(),
        generated == null ? null : generated.text(),
        generated == null ? null : generated.finishReason(),
        generated == null ? null : (Object) generated.logProb(),
        scored == null ? null : float64(scored.bitsPerByte()),
        scored == null ? null : (Object) scored.logProbSum(),
        output instanceof Embedded embedded ? list(embedded.vector()) : null,
        ScalaCollections.seq(row.evidence().stream().map(AnswerSchema::span).toList()),
        float32(row.capturedMass()),
        float32(row.selectionRecall()),
        float64(row.costUsd()));
  }

  private static Row span(EvidenceSpan span) {
    return RowFactory.create(span.start(), span.end(), span.weight());
  }

  private static Object list(float[] vector) {
    List<Float> values = new ArrayList<>(vector.length);
    for (float value : vector) {
      values.add(value);
    }
    return ScalaCollections.seq(values);
  }

  private static Object float64(OptionalDouble value) {
    return value.isPresent() ? (Object) value.getAsDouble() : null;
  }

  private static Object float32(OptionalDouble value) {
    return value.isPresent() ? (Object) (float) value.getAsDouble() : null;
  }
}
