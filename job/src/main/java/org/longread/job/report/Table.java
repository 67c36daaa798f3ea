package org.longread.job.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A table with caption and headings for every row and column, in a frame that scrolls where a
 * screen is narrow. The first cell of a row is its heading.
 */
final class Table {
  private final String caption;
  private final List<Column> columns = new ArrayList<>();
  private final List<List<Cell>> rows = new ArrayList<>();

  private record Column(String heading, String css) {}

  /**
   * What stands in a cell.
   *
   * @param share length of the bar below the text, 0..1; NaN for none
   * @param css class of the bar, or of the sign before the text
   */
  record Cell(String text, double share, String css) {}

  Table(String caption) {
    this.caption = caption;
  }

  static Cell cell(String text) {
    return new Cell(text, Double.NaN, "");
  }

  /** Text with a bar. */
  static Cell bar(String text, double share) {
    return new Cell(text, share, "fill");
  }

  /** Text after a square in a stage's colour. */
  static Cell key(String text, String css) {
    return new Cell(text, Double.NaN, css);
  }

  Table words(String heading) {
    columns.add(new Column(heading, ""));
    return this;
  }

  Table number(String heading) {
    columns.add(new Column(heading, "num"));
    return this;
  }

  Table row(Cell... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          "Invalid row: %d cells (expected %d)".formatted(cells.length, columns.size()));
    }
    rows.add(List.of(cells));
    return this;
  }

  void write(Markup page) {
    String id = page.newId();
    page.open("div", "class", "scroll", "role", "region", "tabindex", "0", "aria-labelledby", id);
    page.open("table").element("caption", caption, "id", id);
    page.open("thead").open("tr");
    for (Column column : columns) {
      page.element("th", column.heading(), "scope", "col", "class", column.css());
    }
    page.close().close().open("tbody").line();
    rows.forEach(row -> write(row, page));
    page.close().close().close().line();
  }

  private void write(List<Cell> row, Markup page) {
    page.open("tr");
    for (int i = 0; i < row.size(); i++) {
      if (i == 0) {
        page.open("th", "scope", "row", "class", columns.get(i).css());
      } else {
        page.open("td", "class", columns.get(i).css());
      }
      write(row.get(i), page);
      page.close();
    }
    page.close().line();
  }

  private static void write(Cell cell, Markup page) {
    boolean hasBar = !Double.isNaN(cell.share());
    if (!hasBar && !cell.css().isEmpty()) {
      Picture.square(page, cell.css());
    }
    page.text(cell.text());
    if (hasBar) {
      Picture.bar(page, cell.share(), cell.css());
    }
  }
}
