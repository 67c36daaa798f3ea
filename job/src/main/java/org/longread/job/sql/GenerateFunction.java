package org.longread.job.sql;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.longread.job.JobConf.Task;
import org.longread.job.sql.FaceOptions.Argument;

/** To register: the answer to {@code prompt-suffix} about a document, (text). */
public final class GenerateFunction extends AnswerUdf implements UDF1<Object, Row> {
  private static final long serialVersionUID = 1L;

  /** Checks the session's options and model. */
  public GenerateFunction() {
    super(Task.GENERATE, Argument.NONE);
  }

  @Override
  public Row call(Object text) {
    return answer(text, null);
  }
}
