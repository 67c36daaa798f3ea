package org.longread.job.task;

import java.util.List;
import java.util.OptionalDouble;
import org.longread.job.JobConf.Pooling;
import org.longread.kernels.Engine;
import org.longread.kernels.Reading;
import org.longread.kernels.Session;
import org.longread.kernels.SessionOptions;

/**
 * One vector per document: the hidden state after the final norm, of the last position or the mean
 * over all positions of prefix, document and suffix. Not scaled to length one.
 */
public record EmbedTask(SessionOptions session, Pooling pooling) implements OutputTask {
  @Override
  public PendingDocument begin(Engine engine, PreparedDocument document) throws DocumentException {
    int[] suffix = document.prompt().questions().get(0).ids();
    int[] tokens = Tokens.join(document.shared(), suffix);
    if (tokens.length == 0) {
      throw new DocumentException(
          "empty_document", "Cannot embed: document, prefix and suffix have no tokens");
    }
    Session sequence = engine.newPassingSession(session);
    return new PendingDocument(
        sequence, Reading.of(sequence).then(tokens), () -> embedded(document, sequence));
  }

  private Answered embedded(PreparedDocument document, Session sequence) throws DocumentException {
    float[] vector =
        switch (pooling) {
          case MEAN -> sequence.meanHidden();
          case LAST -> sequence.lastHidden();
        };
    NotANumber.check(vector, "embedding");
    Quality quality = Quality.of(sequence.quality());
    ResultRow row =
        new ResultRow(
            document.id(),
            0,
            sequence.length(),
            0,
            document.truncated(),
            new ResultRow.Embedded(vector),
            List.of(),
            quality.capturedMass(),
            quality.recall(),
            OptionalDouble.empty());
    return new Answered(List.of(row), 0, sequence.stats(), sequence.selections());
  }
}
