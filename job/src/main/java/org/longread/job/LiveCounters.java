package org.longread.job;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * Counts for the progress line only; a retried Spark task may count twice.
 *
 * @param kiloCost planned cost of documents read, in thousands: the measure of time left
 */
record LiveCounters(
    LongAccumulator documents,
    LongAccumulator failed,
    LongAccumulator tokens,
    LongAccumulator kiloCost)
    implements Serializable {

  static final double KILO = 1e3;

  static LiveCounters of(SparkContext spark) {
    return new LiveCounters(
        spark.longAccumulator("longread.documents"),
        spark.longAccumulator("longread.failed"),
        spark.longAccumulator("longread.tokens"),
        spark.longAccumulator("longread.kilocost"));
  }

  /** A document was read. */
  void read(long tokensIn, double plannedCost) {
    kiloCost.add((long) (plannedCost / KILO));
    tokens.add(tokensIn);
  }

  /** A document's outcome. */
  void add(DocumentInference.Outcome outcome) {
    documents.add(1L);
    failed.add(outcome.failed() ? 1L : 0L);
    tokens.add(outcome.tokensOut());
  }
}
