package org.longread.job.write;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * What result rows say.
 *
 * @param failures failed rows by error code
 */
@DefaultSerializer(JavaSerializer.class) // where Spark is told to use Kryo
public record RowCounts(long documents, long documentsFailed, long rows, Map<String, Long> failures)
    implements Serializable {
  /** Of no rows. */
  public static final RowCounts NONE = new RowCounts(0, 0, 0, Map.of());

  public RowCounts {
    failures = new TreeMap<>(failures);
  }

  /** Rows with status error. */
  public long rowsFailed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Both together, of different documents. */
  public RowCounts plus(RowCounts other) {
    Map<String, Long> both = new TreeMap<>(failures);
    other.failures.forEach((code, rows) -> both.merge(code, rows, Long::sum));
    return new RowCounts(
        documents + other.documents,
        documentsFailed + other.documentsFailed,
        rows + other.rows,
        both);
  }
}
