package org.longread.job.read;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.Row;
import org.longread.job.read.Document.Body;
import org.longread.job.read.Document.TokenIds;
import org.longread.job.read.Document.Unusable;
import org.longread.job.read.Document.Utf8;

/** Rows, in the order of {@link InputSchema}'s columns, to documents. */
final class DocumentRows {
  private static final int ID = 0;
  private static final int BODY = 1;
  private static final int PART = 2;
  private static final int QUESTIONS = 3;
  private static final int CONTINUATION = 4;

  private DocumentRows() {}

  /** A row that is a document. */
  static Document document(Row row) {
    Object id = row.get(ID);
    if (id == null) {
      return nullId(1);
    }
    return new Document(id, body(List.of(row)), questions(row), row.getString(CONTINUATION));
  }

  /** An id and how many rows have it. */
  static Document repeated(Row idAndCount) {
    Object id = idAndCount.get(ID);
    return Document.unusable(
        id,
        "duplicate_id",
        "Cannot read document %s: %d rows have this id.".formatted(id, idAndCount.getLong(1))
            + " Make ids unique, or name the column that numbers its parts with part-column");
  }

  /** All rows of an id, put in order of their parts. */
  static Document assemble(Object id, List<Row> rows) {
    if (id == null) {
      return nullId(rows.size());
    }
    List<Row> nulls = rows.stream().filter(row -> row.isNullAt(PART)).toList();
    if (!nulls.isEmpty()) {
      return Document.unusable(
          id,
          "null_part",
          "Cannot assemble document %s: the part number is null in %d of %d rows"
              .formatted(id, nulls.size(), rows.size()));
    }
    List<Row> parts = new ArrayList<>(rows);
    parts.sort(Comparator.comparingLong(row -> row.getLong(PART)));
    Body body = gap(id, parts);
    if (body == null) {
      body = body(parts);
    }
    List<String> questions =
        parts.stream()
            .map(DocumentRows::questions)
            .filter(list -> !list.isEmpty())
            .findFirst()
            .orElse(List.of());
    String continuation =
        parts.stream()
            .map(row -> row.getString(CONTINUATION))
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    return new Document(id, body, questions, continuation);
  }

  /** What keeps parts from being 0, 1, 2, ... or 1, 2, 3, ...; null if nothing does. */
  private static Unusable gap(Object id, List<Row> parts) {
    long first = parts.get(0).getLong(PART) == 0 ? 0 : 1;
    for (int i = 0; i < parts.size(); i++) {
      long part = parts.get(i).getLong(PART);
      if (i > 0 && part == parts.get(i - 1).getLong(PART)) {
        return new Unusable(
            "duplicate_part",
            "Cannot assemble document %s: more than one row is part %d".formatted(id, part));
      }
      if (part != first + i) {
        return new Unusable(
            "missing_part",
            "Cannot assemble document %s: part %d is missing (it has %d rows, parts %d to %d)"
                .formatted(
                    id,
                    first + i,
                    parts.size(),
                    parts.get(0).getLong(PART),
                    parts.get(parts.size() - 1).getLong(PART)));
      }
    }
    return null;
  }

  private static Body body(List<Row> parts) {
    long total = 0;
    for (Row part : parts) {
      if (part.isNullAt(BODY)) {
        String which = part.isNullAt(PART) ? "" : " of part " + part.getLong(PART);
        return new Unusable(
            "null_text",
            "Cannot read document %s: text or tokens%s are null".formatted(part.get(ID), which));
      }
      total += part.get(BODY) instanceof byte[] bytes ? bytes.length : part.getList(BODY).size();
    }
    if (total > Integer.MAX_VALUE - 8) {
      return new Unusable(
          "document_too_large",
          "Cannot read document %s: %d bytes of text (2 GiB at most)"
              .formatted(parts.get(0).get(ID), total));
    }
    return parts.get(0).get(BODY) instanceof byte[] ? text(parts, total) : tokens(parts, total);
  }

  private static Utf8 text(List<Row> parts, long total) {
    byte[] all = new byte[Math.toIntExact(total)];
    int at = 0;
    for (Row part : parts) {
      byte[] bytes = part.getAs(BODY);
      System.arraycopy(bytes, 0, all, at, bytes.length);
      at += bytes.length;
    }
    return new Utf8(all);
  }

  private static TokenIds tokens(List<Row> parts, long total) {
    long[] all = new long[Math.toIntExact(total)];
    int at = 0;
    for (Row part : parts) {
      for (Long id : part.<Long>getList(BODY)) {
        all[at++] = id == null ? -1 : id;
      }
    }
    return new TokenIds(all);
  }

  private static List<String> questions(Row row) {
    return row.isNullAt(QUESTIONS) ? List.of() : new ArrayList<>(row.getList(QUESTIONS));
  }

  private static Document nullId(int rows) {
    return Document.unusable(
        null,
        "null_id",
        "Cannot read document: the id is null" + (rows == 1 ? "" : " in %d rows".formatted(rows)));
  }
}
