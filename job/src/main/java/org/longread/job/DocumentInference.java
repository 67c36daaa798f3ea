package org.longread.job;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.longread.job.read.BalancedPartitions.DocumentCost;
import org.longread.job.read.Document;
import org.longread.job.read.DocumentPreparation;
import org.longread.job.read.DocumentTokenizer;
import org.longread.job.task.DocumentException;
import org.longread.job.task.OutputTask;
import org.longread.job.task.OutputTask.Answered;
import org.longread.job.task.PendingDocument;
import org.longread.job.task.PreparedDocument;
import org.longread.job.task.ResultRow;
import org.longread.job.task.TextDecoder;
import org.longread.kernels.Engine;
import org.longread.kernels.EngineStats;
import org.longread.kernels.checkpoint.CheckpointException;
import org.longread.kernels.ops.DeviceException;
import org.longread.kernels.ops.DoesNotFitException;
import org.longread.kernels.ops.InvalidSelectionException;
import org.longread.kernels.ops.NotANumberException;

/**
 * The steps one document takes from Parquet to rows; what is wrong with it becomes its error row.
 *
 * @param memory what documents may take together
 * @param cost what a document was planned to cost
 * @param watchdog looks at answers
 */
record DocumentInference(
    Engine engine,
    MemoryBudget memory,
    DocumentPreparation preparation,
    OutputTask task,
    RunPlan.Price price,
    DocumentCost cost,
    Watchdog watchdog) {

  /** The steps on a leased engine, as the options have them. */
  static DocumentInference of(
      ExecutorEngine shared,
      EngineSpec spec,
      JobConf conf,
      RunPlan.Price price,
      DocumentCost cost) {
    Optional<DocumentTokenizer> tokenizer =
        spec.tokenizes() ? shared.tokenizer() : Optional.empty();
    OutputTask task =
        OutputTask.of(
            conf, shared.engine().config().eosTokenIds(), tokenizer.map(TextDecoder.class::cast));
    return new DocumentInference(
        shared.engine(),
        shared.memory(),
        new DocumentPreparation(
            conf, shared.engine().config(), tokenizer, shared.chatFrame(conf.prompt().format())),
        task,
        price,
        cost,
        Watchdog.of(conf.limits()));
  }

  /**
   * What came of a document.
   *
   * @param tokensIn tokens read, shared ones once; 0 if it failed
   * @param inferNanos time in the engine; a step's time is divided evenly over its sequences
   */
  record Outcome(
      List<ResultRow> rows,
      long tokensIn,
      long tokensOut,
      long tokenizeNanos,
      long inferNanos,
      EngineStats stats,
      Suspicions suspicions) {
    boolean failed() {
      return rows.stream().anyMatch(ResultRow::isFailed);
    }
  }

  /**
   * The document as the engine reads it.
   *
   * @throws DocumentException if it cannot be read, or can never fit
   */
  PreparedDocument prepare(Document document) throws DocumentException {
    PreparedDocument prepared = preparation.prepare(document);
    long bytes = plannedBytes(prepared);
    if (!memory.fits(bytes)) {
      throw new DocumentException(
          "document_too_large",
          "Cannot read document: %d tokens take %d bytes, and %d are free for documents."
                  .formatted(prepared.tokensIn(), bytes, memory.limitBytes())
              + " Raise memory-limit and spark.executor.memory, or lower max-document-tokens");
    }
    return prepared;
  }

  long plannedBytes(PreparedDocument document) {
    return task.plannedBytes(engine, document);
  }

  PendingDocument begin(PreparedDocument document) throws DocumentException {
    return task.begin(engine, document);
  }

  /** What is known of a document without its text. */
  record Subject(Object id, double plannedCost) {}

  Subject subject(Document document) {
    return new Subject(document.id(), cost.of(document));
  }

  /**
   * The rows of a document.
   *
   * @throws DocumentException if the watchdog refuses them
   */
  Outcome answered(PreparedDocument prepared, Answered answered, Nanos nanos)
      throws DocumentException {
    Suspicions suspicions =
        watchdog
            .check(answered)
            .map(warning -> Suspicions.of(prepared.id(), warning))
            .orElse(Suspicions.NONE);
    return new Outcome(
        priced(answered.rows(), nanos),
        prepared.tokensIn(),
        answered.tokensOut(),
        nanos.tokenize(),
        nanos.infer(),
        answered.stats(),
        suspicions);
  }

  /**
   * The error row of a document; an interrupt, a failed device and unreadable weights are thrown
   * on.
   */
  Outcome failed(Subject subject, Exception cause, Nanos nanos) {
    if (cause instanceof CancellationException cancelled) {
      throw cancelled;
    }
    if (cause instanceof DeviceException device) {
      throw device;
    }
    if (cause instanceof CheckpointException weights) {
      throw weights;
    }
    ResultRow row = ResultRow.failed(subject.id(), 0, code(cause), message(cause));
    List<ResultRow> rows = priced(List.of(row), nanos);
    return new Outcome(rows, 0, 0, nanos.total(), 0, EngineStats.NONE, Suspicions.NONE);
  }

  private static String code(Exception cause) {
    if (cause instanceof DocumentException e) {
      return e.code();
    }
    if (cause instanceof DoesNotFitException) {
      return "document_too_large";
    }
    if (cause instanceof InvalidSelectionException) {
      return "selection_invalid";
    }
    return cause instanceof NotANumberException ? "not_a_number" : "engine_error";
  }

  private static String message(Exception cause) {
    boolean known =
        cause instanceof DocumentException
            || cause instanceof DoesNotFitException
            || cause instanceof NotANumberException
            || cause instanceof InvalidSelectionException;
    return known ? cause.getMessage() : "Cannot read document: " + cause;
  }

  /** Time spent on one document. */
  record Nanos(long tokenize, long infer) {
    long total() {
      return tokenize + infer;
    }
  }

  private List<ResultRow> priced(List<ResultRow> rows, Nanos nanos) {
    if (!price.isKnown()) {
      return rows;
    }
    double each = price.ofNanos(nanos.total()) / rows.size();
    return rows.stream().map(row -> row.priced(each)).toList();
  }
}
