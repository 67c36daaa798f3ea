package org.longread.job;

import java.util.List;
import java.util.concurrent.CancellationException;
import org.longread.job.read.Document;
import org.longread.job.read.DocumentPreparation;
import org.longread.job.task.DocumentException;
import org.longread.job.task.OutputTask;
import org.longread.job.task.OutputTask.Answered;
import org.longread.job.task.PreparedDocument;
import org.longread.job.task.ResultRow;
import org.longread.kernels.EngineStats;
import org.longread.kernels.ops.IndexPrecision;
import org.longread.kernels.ops.NotANumberException;

/** One document to its rows; what is wrong with a document becomes its error row. */
final class DocumentInference {
  private final ExecutorEngine shared;
  private final DocumentPreparation preparation;
  private final OutputTask task;
  private final RunPlan.Price price;

  DocumentInference(
      ExecutorEngine shared,
      DocumentPreparation preparation,
      OutputTask task,
      RunPlan.Price price) {
    this.shared = shared;
    this.preparation = preparation;
    this.task = task;
    this.price = price;
  }

  /**
   * What came of a document.
   *
   * @param tokensIn tokens read, shared ones once; 0 if it failed
   * @param inferNanos wall time in the engine
   */
  record Outcome(
      List<ResultRow> rows,
      long tokensIn,
      long tokensOut,
      long tokenizeNanos,
      long inferNanos,
      EngineStats stats) {
    boolean failed() {
      return rows.stream().anyMatch(ResultRow::isFailed);
    }
  }

  /** Reads and answers; only an interrupt or a broken executor throws. */
  Outcome infer(Document document) throws InterruptedException {
    long start = System.nanoTime();
    try {
      PreparedDocument prepared = preparation.prepare(document);
      long ready = System.nanoTime();
      Answered answered = answer(prepared);
      long done = System.nanoTime();
      return new Outcome(
          priced(answered.rows(), done - start),
          prepared.tokensIn(),
          answered.tokensOut(),
          ready - start,
          done - ready,
          answered.stats());
    } catch (DocumentException e) {
      return failed(document, e.code(), e.getMessage(), start);
    } catch (NotANumberException e) {
      return failed(document, "not_a_number", e.getMessage(), start);
    } catch (CancellationException e) {
      throw e;
    } catch (RuntimeException e) {
      return failed(document, "engine_error", "Cannot read document: " + e, start);
    }
  }

  private Answered answer(PreparedDocument document)
      throws DocumentException, InterruptedException {
    long questions = document.prompt().questions().size();
    long tokens = document.tokensIn() + questions * task.maxNewTokens();
    IndexPrecision precision = task.session().indexPrecision();
    long bytes = shared.engine().memoryPlan().cacheBytes(tokens, questions, precision);
    MemoryBudget memory = shared.memory();
    if (!memory.fits(bytes)) {
      throw new DocumentException(
          "document_too_large",
          "Cannot read document: %d tokens take %d bytes, and %d are free for documents."
                  .formatted(tokens, bytes, memory.limitBytes())
              + " Raise memory-limit and spark.executor.memory, or lower max-document-tokens");
    }
    memory.reserve(bytes);
    try {
      return task.answer(shared.engine(), document);
    } finally {
      memory.release(bytes);
    }
  }

  private List<ResultRow> priced(List<ResultRow> rows, long nanos) {
    if (!price.isKnown()) {
      return rows;
    }
    double each = price.ofNanos(nanos) / rows.size();
    return rows.stream().map(row -> row.priced(each)).toList();
  }

  private Outcome failed(Document document, String code, String message, long start) {
    long nanos = System.nanoTime() - start;
    ResultRow row = ResultRow.failed(document.id(), 0, code, message);
    return new Outcome(priced(List.of(row), nanos), 0, 0, nanos, 0, EngineStats.NONE);
  }
}
