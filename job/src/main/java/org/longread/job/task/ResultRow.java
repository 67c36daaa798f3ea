package org.longread.job.task;

import java.util.List;
import java.util.OptionalDouble;

/**
 * One row of the result table: one question of one document.
 *
 * @param docId the input's id: String, Integer, Long, or whatever type its column has; null only if
 *     the input's id was null
 * @param questionIndex index into the document's questions; 0 where there are none
 * @param promptTokens tokens read for this row, prefix and question included
 * @param outputTokens tokens generated
 * @param truncated whether the document was cut to the limit
 * @param output the answer, or the error
 * @param evidence spans of the document the answer rests on, in order of weight
 * @param capturedMass share of dense attention kept, if sampled
 * @param selectionRecall share of the best tokens kept, if sampled
 * @param costUsd executor time spent on the row, if priced
 */
public record ResultRow(
    Object docId,
    int questionIndex,
    long promptTokens,
    int outputTokens,
    boolean truncated,
    Output output,
    List<EvidenceSpan> evidence,
    OptionalDouble capturedMass,
    OptionalDouble selectionRecall,
    OptionalDouble costUsd) {

  public ResultRow {
    evidence = List.copyOf(evidence);
  }

  /** A row for a document, or question, that could not be answered. */
  public static ResultRow failed(Object docId, int questionIndex, String code, String message) {
    return new ResultRow(
        docId,
        questionIndex,
        0,
        0,
        false,
        new Failed(code, message),
        List.of(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  /** The same row with what it cost. */
  public ResultRow priced(double usd) {
    return new ResultRow(
        docId,
        questionIndex,
        promptTokens,
        outputTokens,
        truncated,
        output,
        evidence,
        capturedMass,
        selectionRecall,
        OptionalDouble.of(usd));
  }

  /** Whether the row has status error. */
  public boolean isFailed() {
    return output instanceof Failed;
  }

  /** What was asked for, or why it is missing. */
  public sealed interface Output permits Generated, Scored, Embedded, Failed {}

  /**
   * A generated answer.
   *
   * @param finishReason stop, eos or length
   * @param logProb sum of the natural log-probabilities of the generated tokens
   */
  public record Generated(String text, String finishReason, double logProb) implements Output {}

  /**
   * A scored document or continuation.
   *
   * @param logProbSum natural logarithm
   * @param bitsPerByte of the UTF-8 text scored; empty for token input, which has no bytes
   */
  public record Scored(double logProbSum, OptionalDouble bitsPerByte) implements Output {}

  /** One vector, [hiddenSize]; shared, not copied. */
  public record Embedded(float[] vector) implements Output {}

  /** Why there is no answer. */
  public record Failed(String code, String message) implements Output {}

  /**
   * Part of a document.
   *
   * @param start first character, in Unicode code points from the document's start
   * @param end one past the last character
   * @param weight share of the attention on the document that fell here, 0..1
   */
  public record EvidenceSpan(long start, long end, float weight) {}
}
