package org.longread.job.sql;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.longread.job.JobConf.Task;
import org.longread.job.sql.FaceOptions.Argument;

/** To register: log-probability and bits per byte of a document, (text). */
public final class ScoreFunction extends AnswerUdf implements UDF1<Object, Row> {
  private static final long serialVersionUID = 1L;

  /** Checks the session's options and model. */
  public ScoreFunction() {
    super(Task.SCORE, Argument.NONE);
  }

  @Override
  public Row call(Object text) {
    return answer(text, null);
  }
}
