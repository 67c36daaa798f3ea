package org.longread.job.report;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the input says of a document that is shown.
 *
 * @param characters of its text, in code points; 0 if it has none
 * @param questions as asked, cut
 * @param excerpts by question index; empty if the document has no text
 */
record DocumentText(long characters, List<String> questions, Map<Integer, Excerpt> excerpts)
    implements Serializable {
  private static final int MAX_QUESTIONS = 64;
  private static final int MAX_QUESTION = 500;

  DocumentText {
    questions = List.copyOf(questions);
    excerpts = Map.copyOf(excerpts);
  }

  /** Of a document without text: tokens, or what could not be read. */
  static DocumentText ofQuestions(List<String> questions) {
    return new DocumentText(0, cut(questions), Map.of());
  }

  /**
   * Of a text.
   *
   * @param spans of each question index that is shown
   */
  static DocumentText of(String text, List<String> questions, Map<Integer, List<Span>> spans) {
    Map<Integer, Excerpt> excerpts = new LinkedHashMap<>();
    spans.forEach((index, its) -> excerpts.put(index, Excerpt.of(text, its)));
    return new DocumentText(text.codePointCount(0, text.length()), cut(questions), excerpts);
  }

  private static List<String> cut(List<String> questions) {
    List<String> cut = new ArrayList<>();
    for (String question : questions.subList(0, Math.min(MAX_QUESTIONS, questions.size()))) {
      cut.add(question == null ? "" : AnswerRow.cut(question, MAX_QUESTION));
    }
    return cut;
  }
}
