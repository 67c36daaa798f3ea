package org.longread.job.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.longread.job.task.OutputTask.Answered;
import org.longread.kernels.Engine;
import org.longread.kernels.EngineStats;
import org.longread.kernels.Reading;
import org.longread.kernels.SelectionsSeen;
import org.longread.kernels.Session;

/** A document that was read once; every question continues a fork of it. */
final class GeneratedDocument implements OpenDocument {
  private final GenerateTask task;
  private final PreparedDocument document;
  private final int[] lastShared;
  private final Session origin;
  private final List<Answer> going = new ArrayList<>();
  private final ResultRow[] rows;
  private int asked;
  private int answered;
  private long stepNanos;
  private EngineStats stats;
  private SelectionsSeen seen;
  private Optional<Exception> failure = Optional.empty();

  private GeneratedDocument(
      GenerateTask task, PreparedDocument document, int[] lastShared, Session origin) {
    this.task = task;
    this.document = document;
    this.lastShared = lastShared;
    this.origin = origin;
    this.rows = new ResultRow[document.prompt().questions().size()];
    this.stats = origin.stats();
    this.seen = origin.selections();
  }

  /** What comes before the questions, to be read. */
  static PendingDocument begin(GenerateTask task, Engine engine, PreparedDocument document)
      throws DocumentException {
    int[] shared = document.shared();
    int lent = lentTokens(document);
    int[] lastShared = Arrays.copyOfRange(shared, shared.length - lent, shared.length);
    Session origin = engine.newSession(task.session());
    return new PendingDocument(
        origin,
        Reading.of(origin).then(Arrays.copyOf(shared, shared.length - lent)),
        () -> new GeneratedDocument(task, document, lastShared, origin));
  }

  /** A question without tokens is asked by the last token before it: 1 then, else 0. */
  private static int lentTokens(PreparedDocument document) throws DocumentException {
    boolean lend = document.prompt().questions().stream().anyMatch(text -> text.ids().length == 0);
    if (lend && document.sharedTokens() == 0) {
      throw new DocumentException(
          "empty_document", "Cannot answer: document, prefix and question have no tokens");
    }
    return lend ? 1 : 0;
  }

  @Override
  public boolean hasUnasked() {
    return asked < rows.length && failure.isEmpty();
  }

  /** From the question's last token on, attention counts as evidence. */
  @Override
  public Question ask() {
    Answer answer = task.newAnswer(origin.fork(), document, asked);
    going.add(answer);
    int[] question = document.prompt().questions().get(asked++).ids();
    int[] tail = Tokens.join(lastShared, question);
    Session fork = answer.session();
    Reading reading = Reading.of(fork).then(Arrays.copyOf(tail, tail.length - 1));
    if (task.evidenceSpans() > 0) {
      reading.thenCollectEvidence();
    }
    reading.then(Arrays.copyOfRange(tail, tail.length - 1, tail.length));
    return new Question(reading, batch -> batch.join(this, answer));
  }

  /** Takes an answer one token further; what is wrong with it is kept for {@link #answered}. */
  void advance(Answer answer, float[] logits) {
    if (failure.isPresent()) {
      return;
    }
    try {
      answer.advance(logits, task.decoder());
      if (answer.isFinished()) {
        finish(answer);
      }
    } catch (DocumentException | RuntimeException e) {
      failure = Optional.of(e);
    }
  }

  private void finish(Answer answer) {
    rows[answer.questionIndex()] = row(answer);
    stats = stats.plus(answer.session().stats());
    seen = seen.plus(answer.session().selections());
    answered++;
    going.remove(answer);
    answer.close();
  }

  private ResultRow row(Answer answer) {
    Quality quality = Quality.of(origin.quality(), answer.session().quality());
    return new ResultRow(
        document.id(),
        answer.questionIndex(),
        answer.promptTokens(),
        answer.count(),
        document.truncated(),
        answer.generated(task.decoder()),
        EvidenceSpans.of(answer.session(), document, task.evidenceSpans()),
        quality.capturedMass(),
        quality.recall(),
        OptionalDouble.empty());
  }

  void charge(long nanos) {
    stepNanos += nanos;
  }

  @Override
  public long stepNanos() {
    return stepNanos;
  }

  @Override
  public boolean isFinished() {
    return failure.isPresent() || answered == rows.length;
  }

  @Override
  public Answered answered() throws DocumentException {
    if (failure.isPresent()) {
      if (failure.get() instanceof DocumentException e) {
        throw e;
      }
      throw (RuntimeException) failure.get();
    }
    List<ResultRow> all = List.of(rows);
    long tokensOut = all.stream().mapToLong(ResultRow::outputTokens).sum();
    return new Answered(all, tokensOut, stats, seen);
  }

  @Override
  public void close() {
    going.forEach(Answer::close);
    origin.close();
  }
}
