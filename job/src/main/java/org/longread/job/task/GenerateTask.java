package org.longread.job.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.longread.job.JobConf.Generation;
import org.longread.job.task.PreparedDocument.Text;
import org.longread.kernels.Engine;
import org.longread.kernels.EngineStats;
import org.longread.kernels.Session;
import org.longread.kernels.SessionOptions;

/**
 * An answer per question. The document is read once; every question continues a fork of it, and the
 * questions of a document take each step together.
 *
 * @param evidenceSpans spans of the document given per answer; 0 gives none
 * @param endTokens ids that end an answer
 */
public record GenerateTask(
    SessionOptions session,
    Generation generation,
    int evidenceSpans,
    List<Integer> endTokens,
    TextDecoder decoder)
    implements OutputTask {
  /** Questions stepped together; bounds the memory of their caches and logits. */
  private static final int MAX_TOGETHER = 32;

  public GenerateTask {
    endTokens = List.copyOf(endTokens);
  }

  @Override
  public int maxNewTokens() {
    return generation.maxNewTokens();
  }

  @Override
  public Answered answer(Engine engine, PreparedDocument document) throws DocumentException {
    int[] shared = document.shared();
    int lent = lentTokens(document);
    int[] lastShared = Arrays.copyOfRange(shared, shared.length - lent, shared.length);
    List<ResultRow> rows = new ArrayList<>();
    try (Session origin = engine.newSession(session)) {
      origin.prefill(Arrays.copyOf(shared, shared.length - lent));
      EngineStats stats = origin.stats();
      int questions = document.prompt().questions().size();
      for (int from = 0; from < questions; from += MAX_TOGETHER) {
        List<Answer> answers = new ArrayList<>();
        try {
          for (int i = from; i < Math.min(questions, from + MAX_TOGETHER); i++) {
            answers.add(newAnswer(origin.fork(), document, i));
            ask(answers.get(i - from), document, lastShared);
          }
          generate(engine, answers);
          for (Answer answer : answers) {
            rows.add(row(document, origin, answer));
            stats = stats.plus(answer.session().stats());
          }
        } finally {
          answers.forEach(Answer::close);
        }
      }
      long tokensOut = rows.stream().mapToLong(ResultRow::outputTokens).sum();
      return new Answered(rows, tokensOut, stats);
    }
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

  private Answer newAnswer(Session fork, PreparedDocument document, int index) {
    TokenChoice choice =
        new TokenChoice(
            generation.temperature(),
            generation.topP(),
            TokenChoice.seed(document.idText(), index, generation.seed()));
    int question = document.prompt().questions().get(index).ids().length;
    int promptTokens = document.sharedTokens() + question;
    return new Answer(index, promptTokens, fork, Answer.Stops.of(generation, endTokens), choice);
  }

  /** Reads the question; from its last token on, attention counts as evidence. */
  private void ask(Answer answer, PreparedDocument document, int[] lastShared) {
    Text question = document.prompt().questions().get(answer.questionIndex());
    int[] tail = Tokens.join(lastShared, question.ids());
    Session fork = answer.session();
    fork.prefill(Arrays.copyOf(tail, tail.length - 1));
    if (evidenceSpans > 0) {
      fork.collectEvidence();
    }
    fork.prefill(Arrays.copyOfRange(tail, tail.length - 1, tail.length));
  }

  private void generate(Engine engine, List<Answer> answers) throws DocumentException {
    List<Answer> going = new ArrayList<>(answers);
    while (true) {
      List<float[]> logits = engine.logits(going.stream().map(Answer::session).toList());
      for (int i = 0; i < going.size(); i++) {
        going.get(i).advance(logits.get(i), decoder);
      }
      going.removeIf(Answer::isFinished);
      if (going.isEmpty()) {
        return;
      }
      engine.step(
          going.stream().map(Answer::session).toList(),
          going.stream().mapToInt(Answer::lastToken).toArray());
    }
  }

  private ResultRow row(PreparedDocument document, Session origin, Answer answer) {
    Quality quality = Quality.of(origin.quality(), answer.session().quality());
    return new ResultRow(
        document.id(),
        answer.questionIndex(),
        answer.promptTokens(),
        answer.count(),
        document.truncated(),
        answer.generated(decoder),
        EvidenceSpans.of(answer.session(), document, evidenceSpans),
        quality.capturedMass(),
        quality.recall(),
        OptionalDouble.empty());
  }
}
