package org.longread.job.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One row of the demo's results beside its question. */
record DemoAnswer(DemoQuestion question, Map<String, Object> row) {
  /** Whether the answer is exactly the digits asked for. */
  boolean isRight() {
    String digits = given().replaceFirst("^(\\d*).*", "$1");
    return digits.equals(question.answer());
  }

  /** What the model said, or why it said nothing. */
  String given() {
    Object text = row.get("text");
    Object error = row.get("error_message");
    return text != null ? text.toString().strip() : "error: " + error;
  }

  long promptTokens() {
    return number("prompt_tokens").map(Double::longValue).orElse(0L);
  }

  Optional<Double> number(String column) {
    return Optional.ofNullable((Number) row.get(column)).map(Number::doubleValue);
  }

  /** Part of the document, in Unicode code points. */
  record Span(int start, int end, double weight) {}

  /** The span of the document the answer rests on most. */
  Optional<Span> strongest() {
    if (!(row.get("evidence") instanceof List<?> spans) || spans.isEmpty()) {
      return Optional.empty();
    }
    Map<?, ?> span = (Map<?, ?>) spans.get(0);
    return Optional.of(
        new Span(
            ((Number) span.get("start")).intValue(),
            ((Number) span.get("end")).intValue(),
            ((Number) span.get("weight")).doubleValue()));
  }
}
