package org.longread.job.task;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.longread.job.task.PreparedDocument.Text;
import org.longread.kernels.Engine;
import org.longread.kernels.Reading;
import org.longread.kernels.Session;
import org.longread.kernels.SessionOptions;

/**
 * Log-probability and bits per byte: of the document after the prefix, or of its continuation after
 * prefix, document and suffix. A first token with nothing before it is not scored.
 *
 * @param evidenceSpans spans of the document given per continuation; 0 gives none
 */
public record ScoreTask(SessionOptions session, int evidenceSpans) implements OutputTask {
  @Override
  public PendingDocument begin(Engine engine, PreparedDocument document) {
    Session sequence = engine.newPassingSession(session);
    Reading reading = Reading.of(sequence);
    boolean continues = document.prompt().continuation().isPresent();
    if (continues) {
      readContinuation(reading, document);
    } else {
      reading.then(document.prompt().prefix()).thenScored(document.document().ids());
    }
    return new PendingDocument(
        sequence,
        reading,
        () -> {
          ResultRow row =
              continues
                  ? scoredContinuation(sequence, reading, document)
                  : scoredDocument(sequence, reading, document);
          return new Answered(List.of(row), 0, sequence.stats(), sequence.selections());
        });
  }

  private void readContinuation(Reading reading, PreparedDocument document) {
    int[] question = document.prompt().questions().get(0).ids();
    int[] prompt = Tokens.join(document.shared(), question);
    int last = Math.max(0, prompt.length - 1);
    reading.then(Arrays.copyOf(prompt, last));
    if (evidenceSpans > 0) {
      reading.thenCollectEvidence();
    }
    reading
        .then(Arrays.copyOfRange(prompt, last, prompt.length))
        .thenScored(document.prompt().continuation().orElseThrow().ids());
  }

  private static ResultRow scoredDocument(
      Session sequence, Reading reading, PreparedDocument document) throws DocumentException {
    double sum = sum(reading.logProbs(), sequence);
    ResultRow.Scored scored =
        new ResultRow.Scored(
            sum,
            document.text().isPresent()
                ? bitsPerByte(sum, document.text().get().scoredBytes())
                : OptionalDouble.empty());
    return row(document, sequence, scored, List.of());
  }

  private ResultRow scoredContinuation(Session sequence, Reading reading, PreparedDocument document)
      throws DocumentException {
    Text text = document.prompt().continuation().orElseThrow();
    double sum = sum(reading.logProbs(), sequence);
    ResultRow.Scored scored = new ResultRow.Scored(sum, bitsPerByte(sum, text.utf8Bytes()));
    return row(document, sequence, scored, EvidenceSpans.of(sequence, document, evidenceSpans));
  }

  /** Sums in order; only the first token of an empty sequence may lack a number. */
  private static double sum(double[] logProbs, Session sequence) throws DocumentException {
    double sum = 0;
    int first = sequence.length() - logProbs.length;
    for (int i = 0; i < logProbs.length; i++) {
      if (first + i == 0) {
        continue;
      }
      if (Double.isNaN(logProbs[i])) {
        throw new DocumentException(
            NotANumber.CODE,
            "Cannot score token %d: its log-probability is NaN. The weights, or an overflow, are"
                    .formatted(first + i)
                + " the cause");
      }
      sum += logProbs[i];
    }
    return sum;
  }

  private static OptionalDouble bitsPerByte(double logProbSum, long bytes) {
    return bytes == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(-logProbSum / StrictMath.log(2) / bytes);
  }

  private static ResultRow row(
      PreparedDocument document,
      Session sequence,
      ResultRow.Output output,
      List<ResultRow.EvidenceSpan> evidence) {
    Quality quality = Quality.of(sequence.quality());
    return new ResultRow(
        document.id(),
        0,
        sequence.length(),
        0,
        document.truncated(),
        output,
        evidence,
        quality.capturedMass(),
        quality.recall(),
        OptionalDouble.empty());
  }
}
