package org.longread.job.report;

import java.util.ArrayList;
import java.util.List;

/** Rows that failed with one error code: how many, and the first few. */
final class FailureReason {
  private static final int EXAMPLES = 5;

  private final List<Example> examples = new ArrayList<>();
  private long rows;

  /** One failed row. */
  record Example(String id, String message) {}

  void add(String id, AnswerRow row) {
    rows++;
    if (examples.size() < EXAMPLES) {
      examples.add(new Example(AnswerRow.cut(id, AnswerRow.MAX_ID), row.errorMessage()));
    }
  }

  long rows() {
    return rows;
  }

  List<Example> examples() {
    return List.copyOf(examples);
  }
}
