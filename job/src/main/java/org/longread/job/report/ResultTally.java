package org.longread.job.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.longread.job.write.ArrowRows;

/**
 * What the result table says as a whole. Every row is added once, in the order of the files; what
 * is kept does not grow with them.
 */
final class ResultTally {
  /** Rows of a document that are shown. */
  private static final int MAX_ROWS = 12;

  private static final int MAX_REASONS = 100;
  private static final String OTHER = "other";

  private final DocumentSample sample;
  private final Map<String, FailureReason> failures = new TreeMap<>();
  private final Map<String, Long> finishReasons = new TreeMap<>();
  private final Map<Integer, Quality> byLength = new TreeMap<>();
  private final Quality quality = new Quality();
  private final List<AnswerRow> current = new ArrayList<>();
  private Object currentId;
  private long currentRows;
  private long currentTokens;
  private long rows;
  private long rowsFailed;
  private long documents;
  private long truncated;

  /** Quality columns of some rows. */
  static final class Quality {
    private final Distribution capturedMass = new Distribution();
    private final Distribution selectionRecall = new Distribution();

    private void add(AnswerRow row) {
      capturedMass.add(row.capturedMass());
      selectionRecall.add(row.selectionRecall());
    }

    Distribution capturedMass() {
      return capturedMass;
    }

    Distribution selectionRecall() {
      return selectionRecall;
    }
  }

  /** Keeps at most so many documents to show. */
  ResultTally(int documentsShown) {
    this.sample = new DocumentSample(documentsShown);
  }

  void add(ArrowRows.Row arrow) {
    Object id = arrow.get("doc_id");
    AnswerRow row = AnswerRow.of(arrow);
    boolean repeats = id != null && Objects.equals(id, currentId) && currentRows > 0;
    if (!repeats) {
      endDocument();
      currentId = id;
    }
    currentRows++;
    currentTokens = Math.max(currentTokens, row.promptTokens());
    if (current.size() < MAX_ROWS) {
      current.add(row);
    }
    count(id == null ? "null" : id.toString(), row);
  }

  private void count(String id, AnswerRow row) {
    rows++;
    truncated += row.truncated() ? 1 : 0;
    if (row.failed()) {
      rowsFailed++;
      boolean known = failures.containsKey(row.errorCode()) || failures.size() < MAX_REASONS;
      failures
          .computeIfAbsent(known ? row.errorCode() : OTHER, code -> new FailureReason())
          .add(id, row);
      return;
    }
    if (!row.finishReason().isEmpty()) {
      finishReasons.merge(row.finishReason(), 1L, Long::sum);
    }
    quality.add(row);
    int bits = Long.SIZE - Long.numberOfLeadingZeros(row.promptTokens());
    byLength.computeIfAbsent(bits, b -> new Quality()).add(row);
  }

  /** The last document of a file is complete; call this after every file. */
  void endDocument() {
    if (currentRows > 0) {
      documents++;
      sample.offer(
          new SampledDocument(currentId, current, currentRows - current.size(), currentTokens));
    }
    current.clear();
    currentRows = 0;
    currentTokens = 0;
  }

  long rows() {
    return rows;
  }

  long rowsFailed() {
    return rowsFailed;
  }

  long documents() {
    return documents;
  }

  long truncated() {
    return truncated;
  }

  Map<String, FailureReason> failures() {
    return failures;
  }

  Map<String, Long> finishReasons() {
    return finishReasons;
  }

  Quality quality() {
    return quality;
  }

  /** By binary digits of the prompt's length in tokens. */
  Map<Integer, Quality> qualityByLength() {
    return byLength;
  }

  List<SampledDocument> sampled() {
    return sample.chosen();
  }
}
