package org.longread.job.write;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.Text;

/** Counts result rows as they are copied. The rows of a document come together. */
final class RowCounter implements TableCopy.Rows {
  private static final Text ERROR = new Text("error");

  private final boolean answeredOnly;
  private final Map<String, Long> failures = new TreeMap<>();
  private long documents;
  private long documentsFailed;
  private long rows;
  private Object id;
  private boolean idFailed;

  private RowCounter(boolean answeredOnly) {
    this.answeredOnly = answeredOnly;
  }

  /** Takes every row. */
  static RowCounter ofAll() {
    return new RowCounter(false);
  }

  /** Leaves out failed rows; a document that failed has no other. */
  static RowCounter ofAnswered() {
    return new RowCounter(true);
  }

  @Override
  public IntPredicate of(VectorSchemaRoot batch) {
    FieldVector ids = batch.getVector("doc_id");
    VarCharVector status = (VarCharVector) batch.getVector("status");
    VarCharVector codes = (VarCharVector) batch.getVector("error_code");
    return row -> {
      boolean failed = ERROR.equals(status.getObject(row));
      if (failed && answeredOnly) {
        return false;
      }
      count(ids.getObject(row), failed);
      if (failed) {
        failures.merge(String.valueOf(codes.getObject(row)), 1L, Long::sum);
      }
      return true;
    };
  }

  private void count(Object next, boolean failed) {
    rows++;
    if (next == null || !Objects.equals(next, id)) {
      documents++;
      idFailed = false;
      id = next;
    }
    if (failed && !idFailed) {
      documentsFailed++;
      idFailed = true;
    }
  }

  RowCounts counts() {
    return new RowCounts(documents, documentsFailed, rows, failures);
  }
}
