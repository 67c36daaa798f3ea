package org.longread.job.read;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.longread.job.task.DocumentException;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Fuzz target: any rows of an id make one document, or say why not; nothing but a DocumentException
 * comes of its text.
 */
public final class FuzzDocumentRows {
  private FuzzDocumentRows() {}

  /** Input: rows, each a byte of what it has, then what that needs; the last has the rest. */
  public static void fuzzerTestOneInput(byte[] input) {
    ByteBuffer in = ByteBuffer.wrap(input);
    List<InputRow> rows = new ArrayList<>();
    boolean tokens = in.hasRemaining() && in.get() < 0;
    while (in.hasRemaining()) {
      rows.add(InputRow.of(row(in, tokens)));
    }
    if (rows.isEmpty()) {
      return;
    }
    rows.forEach(row -> read(DocumentRows.document(row)));
    read(DocumentRows.assemble("id", rows));
  }

  private static Row row(ByteBuffer in, boolean tokens) {
    int has = in.get();
    Object body = null;
    if ((has & 1) != 0) {
      byte[] bytes = take(in);
      body = tokens ? CollectionConverters.asScala(ids(bytes)).toSeq() : bytes;
    }
    Long part = (has & 2) != 0 && in.hasRemaining() ? (long) in.get() : null;
    Object questions =
        (has & 4) != 0
            ? CollectionConverters.asScala(
                    List.of(new String(take(in), java.nio.charset.StandardCharsets.ISO_8859_1)))
                .toSeq()
            : null;
    return RowFactory.create((has & 8) != 0 ? null : "id", body, part, questions, null);
  }

  private static List<Long> ids(byte[] bytes) {
    List<Long> ids = new ArrayList<>();
    for (byte b : bytes) {
      ids.add(b == 127 ? null : Long.valueOf((long) b << (b & 31)));
    }
    return ids;
  }

  private static byte[] take(ByteBuffer in) {
    int length = in.hasRemaining() ? Math.min(in.get() & 0xff, in.remaining()) : 0;
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static void read(Document document) {
    if (document.idText().isEmpty()) {
      throw new IllegalStateException("no id");
    }
    if (document.body() instanceof Document.Utf8 text) {
      try {
        String decoded = StrictUtf8.decode(text.bytes());
        if (decoded.length() > text.bytes().length) {
          throw new IllegalStateException("longer than its bytes");
        }
      } catch (DocumentException e) {
        if (!e.code().equals("invalid_utf8")) {
          throw new IllegalStateException(e);
        }
      }
    }
  }
}
