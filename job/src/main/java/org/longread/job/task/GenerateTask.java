package org.longread.job.task;

import java.util.List;
import org.longread.job.JobConf.Generation;
import org.longread.job.task.PreparedDocument.Text;
import org.longread.kernels.Engine;
import org.longread.kernels.Session;
import org.longread.kernels.SessionOptions;

/**
 * An answer per question. The document is read once; every question continues a fork of it, and
 * answers of one document or of many take each step together.
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
  public GenerateTask {
    endTokens = List.copyOf(endTokens);
  }

  @Override
  public long plannedBytes(Engine engine, PreparedDocument document) {
    long bytes = engine.plannedBytes(document.sharedTokens(), session.indexPrecision());
    for (Text question : document.prompt().questions()) {
      long tokens = question.ids().length + (long) generation.maxNewTokens();
      bytes += engine.plannedForkBytes(tokens, session.indexPrecision());
    }
    return bytes + engine.plannedReadingBytes(document.tokensIn());
  }

  @Override
  public PendingDocument begin(Engine engine, PreparedDocument document) throws DocumentException {
    return GeneratedDocument.begin(this, engine, document);
  }

  Answer newAnswer(Session fork, PreparedDocument document, int index) {
    TokenChoice choice =
        new TokenChoice(
            generation.temperature(),
            generation.topP(),
            TokenChoice.seed(document.idText(), index, generation.seed()));
    int question = document.prompt().questions().get(index).ids().length;
    int promptTokens = document.sharedTokens() + question;
    return new Answer(index, promptTokens, fork, Answer.Stops.of(generation, endTokens), choice);
  }
}
