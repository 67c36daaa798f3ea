package org.longread.job.read;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.longread.job.read.Document.Body;
import org.longread.job.read.Document.TokenIds;
import org.longread.job.read.Document.Unusable;
import org.longread.job.read.Document.Utf8;

/** Rows to documents. */
final class DocumentRows {
  private DocumentRows() {}

  /** A row that is a document. */
  static Document document(InputRow row) {
    if (row.id() == null) {
      return nullId(1);
    }
    return new Document(row.id(), body(List.of(row)), row.questions(), row.continuation());
  }

  /** An id that several rows have, none of which says which part it is. */
  static Document repeated(Object id, long rows) {
    return Document.unusable(
        id,
        "duplicate_id",
        "Cannot read document %s: %d rows have this id.".formatted(id, rows)
            + " Make ids unique, or name the column that numbers its parts with part-column");
  }

  /** All rows of an id, put in order of their parts. */
  static Document assemble(Object id, List<InputRow> rows) {
    if (id == null) {
      return nullId(rows.size());
    }
    long nulls = rows.stream().filter(row -> row.part() == null).count();
    if (nulls > 0) {
      return Document.unusable(
          id,
          "null_part",
          "Cannot assemble document %s: the part number is null in %d of %d rows"
              .formatted(id, nulls, rows.size()));
    }
    List<InputRow> parts = new ArrayList<>(rows);
    parts.sort(Comparator.comparingLong(InputRow::part));
    Body body = gap(id, parts);
    if (body == null) {
      body = body(parts);
    }
    List<String> questions =
        parts.stream()
            .map(InputRow::questions)
            .filter(list -> !list.isEmpty())
            .findFirst()
            .orElse(List.of());
    String continuation =
        parts.stream()
            .map(InputRow::continuation)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    return new Document(id, body, questions, continuation);
  }

  /** What keeps parts from being 0, 1, 2, ... or 1, 2, 3, ...; null if nothing does. */
  private static Unusable gap(Object id, List<InputRow> parts) {
    long first = parts.get(0).part() == 0 ? 0 : 1;
    for (int i = 0; i < parts.size(); i++) {
      long part = parts.get(i).part();
      if (i > 0 && part == parts.get(i - 1).part()) {
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
                    parts.get(0).part(),
                    parts.get(parts.size() - 1).part()));
      }
    }
    return null;
  }

  private static Body body(List<InputRow> parts) {
    long total = 0;
    for (InputRow part : parts) {
      if (part.body() == null) {
        String which = part.part() == null ? "" : " of part " + part.part();
        return new Unusable(
            "null_text",
            "Cannot read document %s: text or tokens%s are null".formatted(part.id(), which));
      }
      total += part.length();
    }
    if (total > Integer.MAX_VALUE - 8) {
      return new Unusable(
          "document_too_large",
          "Cannot read document %s: %d bytes of text (2 GiB at most)"
              .formatted(parts.get(0).id(), total));
    }
    if (parts.size() == 1) {
      return parts.get(0).body();
    }
    return parts.get(0).body() instanceof Utf8 ? text(parts, total) : tokens(parts, total);
  }

  private static Utf8 text(List<InputRow> parts, long total) {
    byte[] all = new byte[Math.toIntExact(total)];
    int at = 0;
    for (InputRow part : parts) {
      byte[] bytes = ((Utf8) part.body()).bytes();
      System.arraycopy(bytes, 0, all, at, bytes.length);
      at += bytes.length;
    }
    return new Utf8(all);
  }

  private static TokenIds tokens(List<InputRow> parts, long total) {
    long[] all = new long[Math.toIntExact(total)];
    int at = 0;
    for (InputRow part : parts) {
      long[] ids = ((TokenIds) part.body()).ids();
      System.arraycopy(ids, 0, all, at, ids.length);
      at += ids.length;
    }
    return new TokenIds(all);
  }

  private static Document nullId(int rows) {
    return Document.unusable(
        null,
        "null_id",
        "Cannot read document: the id is null" + (rows == 1 ? "" : " in %d rows".formatted(rows)));
  }
}
