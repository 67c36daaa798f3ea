package org.longread.job.sql;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.longread.job.InferencePlan;
import org.longread.job.LeasedInference;
import org.longread.job.read.Document;
import org.longread.job.read.Document.Utf8;
import org.longread.job.sql.FaceOptions.Argument;
import org.longread.job.task.ResultRow;

/**
 * Documents answered one call at a time.
 *
 * <p>Within a Spark task the engine is leased from the first call to the task's end; where Spark
 * calls a function while it plans, on literals, for that call. The latest answer is kept: a filter
 * on it and the column that shows it are two calls with the same arguments. Two are equal if they
 * answer alike.
 */
final class DocumentCalls implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Functions know no id; only answers drawn at a temperature would depend on it. */
  private static final String NO_ID = "";

  private final InferencePlan plan;
  private final Argument second;

  private transient LeasedInference leased;
  private transient Latest latest;

  private record Latest(Utf8 text, String asked, ResultRow row) {
    boolean isOf(byte[] otherText, String otherAsked) {
      return Arrays.equals(text.bytes(), otherText) && Objects.equals(asked, otherAsked);
    }
  }

  DocumentCalls(InferencePlan plan, Argument second) {
    this.plan = plan;
    this.second = second;
  }

  /**
   * The row of a document.
   *
   * @param text UTF-8, if it is valid
   * @param asked the second argument; null if it is null or there is none
   */
  synchronized ResultRow answer(byte[] text, String asked) {
    if (latest == null || !latest.isOf(text, asked)) {
      Utf8 body = new Utf8(text);
      latest = new Latest(body, asked, answer(document(body, asked)));
    }
    return latest.row();
  }

  private Document document(Utf8 body, String asked) {
    List<String> questions =
        second == Argument.QUESTION ? Collections.singletonList(asked) : List.of();
    return new Document(NO_ID, body, questions, second == Argument.CONTINUATION ? asked : null);
  }

  private ResultRow answer(Document document) {
    return rows(document).get(0);
  }

  /** The rows of a document, in order of questions. */
  synchronized List<ResultRow> rows(Document document) {
    TaskContext context = TaskContext.get();
    if (context == null) {
      try (LeasedInference once = plan.open()) {
        return once.answer(document);
      }
    }
    if (leased == null) {
      leased = plan.open();
      TaskCompletionListener close = ended -> close();
      context.addTaskCompletionListener(close);
    }
    return leased.answer(document);
  }

  private synchronized void close() {
    leased.close();
    leased = null;
  }

  /** Short, for it stands in the plans that Spark shows. */
  @Override
  public String toString() {
    return plan.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DocumentCalls calls
        && plan.equals(calls.plan)
        && second == calls.second;
  }

  @Override
  public int hashCode() {
    return plan.hashCode() * 31 + second.hashCode();
  }
}
