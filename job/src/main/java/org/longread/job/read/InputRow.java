package org.longread.job.read;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.longread.job.read.Document.Body;
import org.longread.job.read.Document.TokenIds;
import org.longread.job.read.Document.Utf8;

/**
 * A row of the input, as it travels to the partition of its document: a document, or part of one.
 *
 * @param id null if the row has none
 * @param body text or tokens; null if the row has none
 * @param part its number; null if the row has none
 * @param questions as in the input; empty if there are none
 * @param continuation null if the row has none
 */
@DefaultSerializer(JavaSerializer.class) // where Spark is told to use Kryo
@SuppressWarnings("serial") // id is a String or a boxed number
record InputRow(Object id, Body body, Long part, List<String> questions, String continuation)
    implements Serializable {
  private static final int ID = 0;
  private static final int BODY = 1;
  private static final int PART = 2;
  private static final int QUESTIONS = 3;
  private static final int CONTINUATION = 4;

  /** From a row with the columns of {@link InputSchema}, in their order. */
  static InputRow of(Row row) {
    return new InputRow(
        row.get(ID),
        body(row),
        row.isNullAt(PART) ? null : row.getLong(PART),
        row.isNullAt(QUESTIONS) ? List.of() : new ArrayList<>(row.getList(QUESTIONS)),
        row.getString(CONTINUATION));
  }

  private static Body body(Row row) {
    if (row.isNullAt(BODY)) {
      return null;
    }
    if (row.get(BODY) instanceof byte[] bytes) {
      return new Utf8(bytes);
    }
    List<Long> given = row.getList(BODY);
    long[] ids = new long[given.size()];
    int at = 0;
    for (Long id : given) {
      ids[at++] = id == null ? -1 : id;
    }
    return new TokenIds(ids);
  }

  /** Bytes of text or number of tokens. */
  int length() {
    if (body instanceof Utf8 text) {
      return text.bytes().length;
    }
    return body instanceof TokenIds tokens ? tokens.ids().length : 0;
  }

  /** The same row with nothing to read. */
  InputRow withoutBody() {
    return new InputRow(id, null, part, List.of(), null);
  }
}
