package org.longread.job.report;

import java.util.List;

/**
 * A document and its rows.
 *
 * @param id as the result table has it: String, a boxed number, or null
 * @param rows the first of its rows
 * @param rowsLeftOut how many more it has
 * @param tokens length of its longest prompt
 */
record SampledDocument(Object id, List<AnswerRow> rows, long rowsLeftOut, long tokens) {
  SampledDocument {
    rows = List.copyOf(rows);
  }

  String idText() {
    return id == null ? "null" : id.toString();
  }

  /** Code of the first failed row; empty if all are answered. */
  String failure() {
    return rows.stream().filter(AnswerRow::failed).map(AnswerRow::errorCode).findFirst().orElse("");
  }
}
