package org.longread.job.report;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Part of a document an answer rests on, as the result table has it; it may be out of range.
 *
 * @param start first character, in code points
 * @param end one past the last character
 * @param weight share of the attention on the document, 0..1
 */
record Span(long start, long end, double weight) implements Serializable {
  /** Spans of an answer a page shows; a table may hold more. */
  static final int SHOWN = 8;

  /** The strongest spans of the table's column. */
  static List<Span> of(Object column) {
    List<Span> spans = new ArrayList<>();
    if (column instanceof List<?> items) {
      for (Object item : items) {
        Map<?, ?> fields = (Map<?, ?>) item;
        spans.add(
            new Span(
                ((Number) fields.get("start")).longValue(),
                ((Number) fields.get("end")).longValue(),
                ((Number) fields.get("weight")).doubleValue()));
      }
    }
    spans.sort(Comparator.comparingDouble(span -> -span.weight()));
    return List.copyOf(spans.subList(0, Math.min(SHOWN, spans.size())));
  }
}
