package org.longread.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.longread.job.write.ArrowTables;

/** One row of an Arrow file, by column name. */
record ArrowRow(Map<String, Object> values) {
  /** All rows of a folder's files, by document and question if it has them. */
  static List<ArrowRow> read(Path folder) throws IOException {
    List<ArrowRow> rows = new ArrayList<>();
    ArrowTables.forEachRow(folder, values -> rows.add(new ArrowRow(values)));
    if (!rows.isEmpty() && rows.get(0).values.containsKey("doc_id")) {
      rows.sort(
          Comparator.comparing((ArrowRow row) -> String.valueOf(row.get("doc_id")))
              .thenComparingInt(row -> (Integer) row.get("question_index")));
    }
    return rows;
  }

  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".arrow")).sorted().toList();
    }
  }

  Object get(String column) {
    if (!values.containsKey(column)) {
      throw new IllegalArgumentException("no column " + column);
    }
    return values.get(column);
  }

  String text(String column) {
    return (String) get(column);
  }

  double number(String column) {
    return ((Number) get(column)).doubleValue();
  }

  @SuppressWarnings("unchecked")
  List<Map<String, Object>> evidence() {
    return (List<Map<String, Object>>) get("evidence");
  }
}
