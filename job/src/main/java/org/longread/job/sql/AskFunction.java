package org.longread.job.sql;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.longread.job.JobConf.Task;
import org.longread.job.sql.FaceOptions.Argument;

/** To register: the answer to a question about a document, (text, question). */
public final class AskFunction extends AnswerUdf implements UDF2<Object, String, Row> {
  private static final long serialVersionUID = 1L;

  /** Checks the session's options and model. */
  public AskFunction() {
    super(Task.GENERATE, Argument.QUESTION);
  }

  @Override
  public Row call(Object text, String question) {
    return answer(text, question);
  }
}
