package org.longread.job.task;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.longread.job.task.PreparedDocument.SourceText;
import org.longread.job.task.ResultRow.EvidenceSpan;
import org.longread.kernels.Session;

/**
 * The parts of a document an answer rests on, from the attention its tokens received.
 *
 * <p>The tokens of most weight are taken, {@value #TOKENS_PER_SPAN} for each span asked for. Those
 * at most {@value #MAX_GAP} apart become one span, what lies between them included; the spans of
 * most weight are kept and widened to their sentences ({@link SentenceBounds}), and those that then
 * overlap become one. Spans are given by falling weight: the share of the attention on the document
 * that fell between their ends.
 */
final class EvidenceSpans {
  private static final int TOKENS_PER_SPAN = 16;
  private static final int MAX_GAP = 16;

  private final double[] weightBefore;
  private final Tokens tokens;

  private EvidenceSpans(float[] weights, Tokens tokens) {
    this.tokens = tokens;
    this.weightBefore = new double[weights.length + 1];
    for (int i = 0; i < weights.length; i++) {
      weightBefore[i + 1] = weightBefore[i] + weights[i];
    }
  }

  /** Tokens {@code first} to {@code last}, both inclusive. */
  private record Run(int first, int last) {}

  /** At most {@code limit} spans; none for 0 or where no weight fell on the document. */
  static List<EvidenceSpan> of(Session session, PreparedDocument document, int limit) {
    if (limit == 0 || document.document().count() == 0) {
      return List.of();
    }
    float[] all = session.evidence();
    float[] weights = new float[document.document().count()];
    System.arraycopy(all, document.prompt().prefix().length, weights, 0, weights.length);
    return of(weights, document.document(), document.text().map(SourceText::text), limit);
  }

  /** The same for given weights, one per token. */
  static List<EvidenceSpan> of(float[] weights, Tokens tokens, Optional<String> text, int limit) {
    EvidenceSpans spans = new EvidenceSpans(weights, tokens);
    if (!(spans.total() > 0)) {
      return List.of();
    }
    List<Run> runs = spans.runs(heaviest(weights, limit * TOKENS_PER_SPAN));
    runs.sort(Comparator.comparingDouble((Run run) -> -spans.weight(run)));
    List<Run> kept = new ArrayList<>(runs.subList(0, Math.min(limit, runs.size())));
    if (text.isPresent()) {
      kept.replaceAll(run -> spans.widen(run, text.get()));
    }
    kept.sort(Comparator.comparingInt(Run::first));
    return spans.joined(kept).stream()
        .map(spans::span)
        .sorted(Comparator.comparingDouble((EvidenceSpan span) -> -span.weight()))
        .toList();
  }

  /** Positions of the {@code count} largest positive weights, ascending; ties to the earlier. */
  private static int[] heaviest(float[] weights, int count) {
    return IntStream.range(0, weights.length)
        .filter(i -> weights[i] > 0)
        .boxed()
        .sorted((a, b) -> Float.compare(weights[b], weights[a]))
        .limit(count)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  private List<Run> runs(int[] positions) {
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < positions.length; ) {
      int first = positions[i];
      int last = first;
      while (++i < positions.length && near(last, positions[i])) {
        last = positions[i];
      }
      runs.add(new Run(first, last));
    }
    return runs;
  }

  /** Whether both belong to one span; not across the place where a document was cut. */
  private boolean near(int last, int next) {
    if (next - last > MAX_GAP) {
      return false;
    }
    for (int i = last; i < next; i++) {
      if (isCut(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether characters are missing after token {@code i}, more than a tokenizer drops. */
  private boolean isCut(int i) {
    return tokens.starts()[i + 1] - tokens.ends()[i] > MAX_GAP;
  }

  private Run widen(Run run, String text) {
    int from = text.offsetByCodePoints(0, tokens.starts()[run.first()]);
    int to =
        text.offsetByCodePoints(from, tokens.ends()[run.last()] - tokens.starts()[run.first()]);
    int start = text.codePointCount(0, SentenceBounds.start(text, from));
    int end = text.codePointCount(0, SentenceBounds.end(text, to));
    int first = run.first();
    while (first > 0 && tokens.starts()[first - 1] >= start && !isCut(first - 1)) {
      first--;
    }
    int last = run.last();
    while (last + 1 < tokens.count() && tokens.ends()[last + 1] <= end && !isCut(last)) {
      last++;
    }
    return new Run(first, last);
  }

  private List<Run> joined(List<Run> ascending) {
    List<Run> joined = new ArrayList<>();
    for (Run run : ascending) {
      Run before = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (before != null && run.first() <= before.last()) {
        int last = Math.max(before.last(), run.last());
        joined.set(joined.size() - 1, new Run(before.first(), last));
      } else {
        joined.add(run);
      }
    }
    return joined;
  }

  private double total() {
    return weightBefore[weightBefore.length - 1];
  }

  private double weight(Run run) {
    return weightBefore[run.last() + 1] - weightBefore[run.first()];
  }

  private EvidenceSpan span(Run run) {
    return new EvidenceSpan(
        tokens.starts()[run.first()],
        tokens.ends()[run.last()],
        (float) Math.min(1, weight(run) / total()));
  }
}
