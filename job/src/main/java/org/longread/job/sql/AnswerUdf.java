package org.longread.job.sql;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.longread.job.JobConf.Task;
import org.longread.job.sql.FaceOptions.Argument;

/**
 * Documents answered by a registered function, with the session's options at the time it is
 * registered, when they and the model are checked.
 */
abstract class AnswerUdf implements Serializable {
  private static final long serialVersionUID = 1L;

  private final DocumentCalls calls;

  AnswerUdf(Task task, Argument second) {
    calls = new Plans(Map.of(), "by the function").documents(task, second);
  }

  /** A row of {@link AnswerSchema#ANSWER}; null if the text is null. */
  final Row answer(Object text, String asked) {
    return text == null ? null : AnswerSchema.answer(calls.answer(bytes(text), asked));
  }

  static byte[] bytes(Object text) {
    if (text instanceof byte[] bytes) {
      return bytes;
    }
    if (text instanceof String string) {
      return string.getBytes(StandardCharsets.UTF_8);
    }
    throw new IllegalArgumentException(
        "Invalid text: %s (expected string or binary)".formatted(text.getClass().getSimpleName()));
  }
}
