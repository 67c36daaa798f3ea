package org.longread.job;

import java.util.Locale;
import java.util.Optional;
import org.longread.job.JobConf.OnSuspicion;
import org.longread.job.task.DocumentException;
import org.longread.job.task.OutputTask.Answered;
import org.longread.job.task.ResultRow;
import org.longread.kernels.SelectionsSeen;
import org.longread.kernels.SelectionsSeen.OfLayer;

/**
 * What is wrong with answers although nothing failed: selections that are nothing but the newest or
 * the oldest tokens, in all layers or in one, or that keep too little of dense attention. Looks at
 * one document at a time, so that what it says depends on that document alone.
 *
 * @param policy what becomes of such a document
 * @param minCapturedMass least captured mass of a row, where queries were sampled; 0 for any
 */
record Watchdog(OnSuspicion policy, double minCapturedMass) {
  /** Selections of one layer that must have been looked at before it alone is blamed. */
  static final int LEAST_ROWS_OF_LAYER = 16;

  static Watchdog of(JobConf.Limits limits) {
    return new Watchdog(limits.watchdog(), limits.minCapturedMass());
  }

  /**
   * What a run should be warned of.
   *
   * @throws DocumentException instead, where such a document is an error
   */
  Optional<String> check(Answered answered) throws DocumentException {
    if (policy == OnSuspicion.OFF) {
      return Optional.empty();
    }
    Optional<DocumentException> wrong = pattern(answered.seen()).or(() -> captured(answered));
    if (wrong.isPresent() && policy == OnSuspicion.ERROR) {
      throw wrong.get();
    }
    return wrong.map(DocumentException::getMessage);
  }

  private static Optional<DocumentException> pattern(SelectionsSeen seen) {
    OfLayer all = new OfLayer(seen.rows(), seen.newest(), seen.oldest());
    if (isPattern(all)) {
      return Optional.of(pattern(all, ""));
    }
    for (int layer = 0; layer < seen.layers().size(); layer++) {
      OfLayer one = seen.layers().get(layer);
      if (one.rows() >= LEAST_ROWS_OF_LAYER && isPattern(one)) {
        return Optional.of(pattern(one, " of layer " + layer));
      }
    }
    return Optional.empty();
  }

  private static boolean isPattern(OfLayer seen) {
    return seen.rows() > 0 && (seen.newest() == seen.rows() || seen.oldest() == seen.rows());
  }

  private static DocumentException pattern(OfLayer seen, String where) {
    String which = seen.newest() == seen.rows() ? "newest" : "oldest";
    return new DocumentException(
        "selection_pattern",
        "Cannot trust the selection: all %d selections%s looked at are just the %s tokens. The indexer's weights, or the backend, are the cause"
            .formatted(seen.rows(), where, which));
  }

  private Optional<DocumentException> captured(Answered answered) {
    for (ResultRow row : answered.rows()) {
      // What is no number is not enough, either.
      if (row.capturedMass().isPresent()
          && !(row.capturedMass().getAsDouble() >= minCapturedMass)) {
        return Optional.of(
            new DocumentException(
                "captured_mass_low",
                String.format(
                    Locale.ROOT,
                    "Cannot trust the selection: it captures %.4f of dense attention (expected %s or more: min-captured-mass). Raise top-k, or look at the model",
                    row.capturedMass().getAsDouble(),
                    minCapturedMass)));
      }
    }
    return Optional.empty();
  }
}
