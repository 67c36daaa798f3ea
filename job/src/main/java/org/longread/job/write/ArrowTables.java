package org.longread.job.write;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.util.Text;
import org.apache.hadoop.conf.Configuration;

/** Reads small Arrow tables back as plain Java values, for reports; large ones want pyarrow. */
public final class ArrowTables {
  private ArrowTables() {}

  /** Arrow's version on the class path. */
  public static String version() {
    return FieldVector.class.getPackage().getImplementationVersion();
  }

  /**
   * Reads every {@code .arrow} file of a local folder, in the order of names.
   *
   * @param rows takes each row: values by column, with String for text, List and Map for nested
   *     values and null for none
   */
  public static void forEachRow(Path folder, Consumer<Map<String, Object>> rows) {
    try (RootAllocator allocator = new RootAllocator()) {
      for (Path file : files(folder)) {
        read(file, allocator, rows);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads those files of a complete run that its manifest lists, in its order.
   *
   * @param files the list to read: {@code Manifest::results} or {@code Manifest::statistics}
   * @throws UncheckedIOException if the output has no manifest, or a file cannot be read
   */
  public static void forEachRow(
      Path output, Function<Manifest, List<String>> files, Consumer<Map<String, Object>> rows) {
    try (RootAllocator allocator = new RootAllocator()) {
      Manifest manifest =
          Manifest.read(new org.apache.hadoop.fs.Path(output.toUri()), new Configuration(false))
              .orElseThrow(
                  () -> new IOException("the run is not complete: it has no manifest.json"));
      for (String file : files.apply(manifest)) {
        read(output.resolve(file), allocator, rows);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + output + ": " + e.getMessage(), e);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(path -> path.toString().endsWith(".arrow")).sorted().toList();
    }
  }

  private static void read(Path file, RootAllocator allocator, Consumer<Map<String, Object>> rows)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file);
        ArrowFileReader reader =
            new ArrowFileReader(channel, allocator, CommonsCompressionFactory.INSTANCE)) {
      while (reader.loadNextBatch()) {
        VectorSchemaRoot batch = reader.getVectorSchemaRoot();
        for (int i = 0; i < batch.getRowCount(); i++) {
          Map<String, Object> row = new LinkedHashMap<>();
          for (FieldVector column : batch.getFieldVectors()) {
            row.put(column.getName(), plain(column.getObject(i)));
          }
          rows.accept(row);
        }
      }
    }
  }

  static Object plain(Object value) {
    if (value instanceof Text text) {
      return text.toString();
    }
    if (value instanceof List<?> list) {
      List<Object> items = new ArrayList<>();
      list.forEach(item -> items.add(plain(item)));
      return items;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> fields = new LinkedHashMap<>();
      map.forEach((name, field) -> fields.put(String.valueOf(name), plain(field)));
      return fields;
    }
    return value;
  }
}
