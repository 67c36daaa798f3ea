package org.longread.job;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.types.pojo.Schema;

/** One row of an Arrow file, by column name. */
record ArrowRow(Map<String, Object> values) {
  /** All rows of a folder's files, by document and question if it has them. */
  static List<ArrowRow> read(Path folder) throws IOException {
    List<ArrowRow> rows = new ArrayList<>();
    for (Path file : files(folder)) {
      rows.addAll(readFile(file));
    }
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

  static Schema schema(Path file) throws IOException {
    try (RootAllocator allocator = new RootAllocator();
        FileChannel channel = FileChannel.open(file);
        ArrowFileReader reader = new ArrowFileReader(channel, allocator)) {
      return reader.getVectorSchemaRoot().getSchema();
    }
  }

  private static List<ArrowRow> readFile(Path file) throws IOException {
    List<ArrowRow> rows = new ArrayList<>();
    try (RootAllocator allocator = new RootAllocator();
        FileChannel channel = FileChannel.open(file);
        ArrowFileReader reader =
            new ArrowFileReader(channel, allocator, CommonsCompressionFactory.INSTANCE)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      while (reader.loadNextBatch()) {
        for (int row = 0; row < root.getRowCount(); row++) {
          Map<String, Object> values = new LinkedHashMap<>();
          for (FieldVector vector : root.getFieldVectors()) {
            Object value = vector.getObject(row);
            values.put(vector.getName(), value instanceof CharSequence ? value.toString() : value);
          }
          rows.add(new ArrowRow(plain(values)));
        }
      }
    }
    return rows;
  }

  /** Text as String, so that rows compare. */
  private static Map<String, Object> plain(Map<String, Object> values) {
    values.replaceAll(
        (name, value) ->
            value instanceof org.apache.arrow.vector.util.Text ? value.toString() : value);
    return values;
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
