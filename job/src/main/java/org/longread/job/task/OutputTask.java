package org.longread.job.task;

import java.util.List;
import java.util.Optional;
import org.longread.job.JobConf;
import org.longread.kernels.Engine;
import org.longread.kernels.EngineStats;
import org.longread.kernels.SelectionsSeen;
import org.longread.kernels.SessionOptions;

/**
 * What is asked of every document. A new output task is one more permitted record here, its value
 * in {@code JobConf.Task}, and its columns in {@code ResultSchema}; the compiler names the places.
 *
 * <p>Tasks are immutable and shared by threads. What they yield depends on document, model and
 * options alone.
 */
public sealed interface OutputTask permits GenerateTask, ScoreTask, EmbedTask {
  /**
   * The output task of a run.
   *
   * @param endTokens ids that end an answer
   * @param decoder needed to generate
   */
  static OutputTask of(JobConf conf, List<Integer> endTokens, Optional<TextDecoder> decoder) {
    JobConf.Engine engine = conf.engine();
    SessionOptions session =
        new SessionOptions(
            engine.attention(),
            engine.topK(),
            engine.sampleQuality(),
            engine.indexPrecision(),
            engine.indexReuse());
    int spans = conf.reporting().evidenceSpans();
    return switch (conf.task()) {
      case GENERATE ->
          new GenerateTask(session, conf.generation(), spans, endTokens, decoder.orElseThrow());
      case SCORE -> new ScoreTask(session, spans);
      case EMBED -> new EmbedTask(session, conf.reporting().pooling());
    };
  }

  /** How it reads. */
  SessionOptions session();

  /** The most bytes that caches of a document take from {@link #open} to its last answer. */
  default long plannedBytes(Engine engine, PreparedDocument document) {
    return engine.plannedPassingBytes(document.tokensIn(), session().indexPrecision());
  }

  /**
   * Reads the document; where something is generated, all but its questions.
   *
   * @throws DocumentException if this document cannot be answered
   * @throws java.util.concurrent.CancellationException if the thread was interrupted
   */
  default OpenDocument open(Engine engine, PreparedDocument document) throws DocumentException {
    try (PendingDocument pending = begin(engine, document)) {
      engine.read(List.of(pending.reading()));
      return pending.opened();
    }
  }

  /**
   * The same in two steps, so that the engine can read for many documents at once.
   *
   * @throws DocumentException if this document cannot be answered
   */
  PendingDocument begin(Engine engine, PreparedDocument document) throws DocumentException;

  /**
   * The rows of one document, in order of questions. Where nothing is generated a document is
   * answered as soon as it is open.
   *
   * @param tokensOut tokens generated for all rows
   * @param seen what was seen of selections, of document and questions
   */
  record Answered(List<ResultRow> rows, long tokensOut, EngineStats stats, SelectionsSeen seen)
      implements OpenDocument {
    public Answered {
      rows = List.copyOf(rows);
    }

    @Override
    public boolean hasUnasked() {
      return false;
    }

    @Override
    public Question ask() {
      throw new IllegalStateException("Cannot ask: every question is answered");
    }

    @Override
    public boolean isFinished() {
      return true;
    }

    @Override
    public Answered answered() {
      return this;
    }

    @Override
    public long stepNanos() {
      return 0;
    }

    @Override
    public void close() {}
  }
}
