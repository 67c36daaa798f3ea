package org.longread.job.read;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;

/** Rows of which those of one id are neighbours in, documents out, one by one. */
final class AdjacentRows implements Iterator<Document> {
  private final Iterator<InputRow> rows;
  private final Rule rule;
  private InputRow ahead;

  /** What rows that share an id are. */
  enum Rule {
    /** Parts of one document. */
    PARTS,
    /** A mistake; but rows without id are a document each. */
    MISTAKES
  }

  AdjacentRows(Iterator<InputRow> rows, Rule rule) {
    this.rows = rows;
    this.rule = rule;
    this.ahead = rows.hasNext() ? rows.next() : null;
  }

  @Override
  public boolean hasNext() {
    return ahead != null;
  }

  @Override
  public Document next() {
    if (ahead == null) {
      throw new NoSuchElementException();
    }
    InputRow first = ahead;
    advance();
    return switch (rule) {
      case PARTS -> assembled(first);
      case MISTAKES -> single(first);
    };
  }

  private void advance() {
    ahead = rows.hasNext() ? rows.next() : null;
  }

  private Document assembled(InputRow first) {
    List<InputRow> parts = new ArrayList<>(List.of(first));
    while (isNext(first.id())) {
      parts.add(ahead);
      advance();
    }
    return DocumentRows.assemble(first.id(), parts);
  }

  private Document single(InputRow first) {
    long count = 1;
    while (first.id() != null && isNext(first.id())) {
      count++;
      advance();
    }
    return count == 1 ? DocumentRows.document(first) : DocumentRows.repeated(first.id(), count);
  }

  private boolean isNext(Object id) {
    return ahead != null && Objects.equals(ahead.id(), id);
  }
}
