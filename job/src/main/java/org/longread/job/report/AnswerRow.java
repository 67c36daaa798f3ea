package org.longread.job.report;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.longread.job.write.ArrowRows;

/**
 * A row of the result table, as far as a page shows it; long texts are cut.
 *
 * @param text the answer; empty unless one was generated
 * @param embeddingLength numbers in its vector; 0 if there is none
 */
record AnswerRow(
    int questionIndex,
    boolean failed,
    String errorCode,
    String errorMessage,
    long promptTokens,
    int outputTokens,
    boolean truncated,
    Optional<String> text,
    String finishReason,
    OptionalDouble outputLogProb,
    OptionalDouble bitsPerByte,
    OptionalDouble logProbSum,
    int embeddingLength,
    List<Span> evidence,
    OptionalDouble capturedMass,
    OptionalDouble selectionRecall,
    OptionalDouble costUsd) {
  /** Code points of an id that are shown. */
  static final int MAX_ID = 200;

  private static final int MAX_TEXT = 2000;
  private static final int MAX_MESSAGE = 500;

  static AnswerRow of(ArrowRows.Row row) {
    return new AnswerRow(
        ((Number) row.get("question_index")).intValue(),
        "error".equals(row.get("status")),
        text(row, "error_code", MAX_MESSAGE),
        text(row, "error_message", MAX_MESSAGE),
        ((Number) row.get("prompt_tokens")).longValue(),
        ((Number) row.get("output_tokens")).intValue(),
        Boolean.TRUE.equals(row.get("truncated")),
        Optional.ofNullable(row.get("text")).map(text -> cut((String) text, MAX_TEXT)),
        text(row, "finish_reason", MAX_MESSAGE),
        number(row, "output_log_prob"),
        number(row, "bits_per_byte"),
        number(row, "log_prob_sum"),
        row.items("embedding"),
        Span.of(row.get("evidence")),
        number(row, "captured_mass"),
        number(row, "selection_recall"),
        number(row, "cost_usd"));
  }

  private static String text(ArrowRows.Row row, String column, int most) {
    Object text = row.get(column);
    return text == null ? "" : cut(text.toString(), most);
  }

  static OptionalDouble number(ArrowRows.Row row, String column) {
    Object number = row.get(column);
    return number == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(((Number) number).doubleValue());
  }

  /** At most so many code points, and an ellipsis where some were left out. */
  static String cut(String text, int most) {
    if (text.codePointCount(0, text.length()) <= most) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, most)) + "\u2026";
  }
}
