package org.longread.job.arrow.read;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.types.StructType;
import org.longread.job.InvalidRunException;
import org.longread.job.arrow.file.FileFooter;
import org.longread.job.arrow.file.FileInput;
import org.longread.job.arrow.file.FooterReader;
import org.longread.job.arrow.type.FileSchema;
import org.longread.job.arrow.type.UnsupportedFieldException;

/**
 * Footers of files, read on the driver by a few threads, each once. A schema that several files
 * share is kept once.
 */
public final class Footers {
  private static final int MAX_THREADS = 32;

  private final Map<FileStatus, FileFooter> known = new ConcurrentHashMap<>();
  private final Map<Schema, Schema> schemas = new ConcurrentHashMap<>();

  /**
   * The footers of files, in their order.
   *
   * @throws InvalidRunException naming the first file that is not an Arrow file
   */
  Map<FileStatus, FileFooter> read(List<FileStatus> files, Configuration hadoop) {
    List<FileStatus> missing = files.stream().filter(file -> !known.containsKey(file)).toList();
    if (!missing.isEmpty()) {
      readAll(missing, hadoop);
    }
    Map<FileStatus, FileFooter> found = new LinkedHashMap<>();
    files.forEach(file -> found.put(file, known.get(file)));
    return found;
  }

  private void readAll(List<FileStatus> files, Configuration hadoop) {
    ExecutorService threads = Executors.newFixedThreadPool(Math.min(MAX_THREADS, files.size()));
    try {
      List<Future<?>> pending =
          files.stream()
              .<Future<?>>map(file -> threads.submit(() -> known.put(file, read(file, hadoop))))
              .toList();
      for (Future<?> one : pending) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new InvalidRunException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InvalidRunException("Cannot read footers: interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private FileFooter read(FileStatus file, Configuration hadoop) throws IOException {
    try (FileInput in = FileInput.open(file.getPath(), file.getLen(), hadoop)) {
      FileFooter footer = FooterReader.read(in);
      Schema shared = schemas.computeIfAbsent(footer.schema(), schema -> schema);
      return new FileFooter(shared, footer.dictionaries(), footer.batches());
    }
  }

  /**
   * The one schema of all files.
   *
   * @throws InvalidRunException if there is no file, two differ, or Spark lacks a type
   */
  public StructType commonSchema(SourceFiles files) {
    List<FileStatus> all = files.all();
    if (all.isEmpty()) {
      throw new InvalidRunException(
          "Cannot read %s: no Arrow files there. Check the path, or give a schema"
              .formatted(String.join(", ", files.paths())));
    }
    Map<FileStatus, FileFooter> footers = read(all, files.hadoop());
    Path first = all.get(0).getPath();
    StructType schema = schema(first, footers.get(all.get(0)));
    Schema equal = footers.get(all.get(0)).schema();
    for (FileStatus file : all) {
      if (!footers.get(file).schema().equals(equal)) {
        requireSame(first, schema, file.getPath(), schema(file.getPath(), footers.get(file)));
      }
    }
    return schema;
  }

  private static StructType schema(Path file, FileFooter footer) {
    try {
      return FileSchema.of(footer.schema());
    } catch (UnsupportedFieldException e) {
      throw new InvalidRunException(
          "Cannot read %s: %s. Give a schema without it".formatted(file, e.getMessage()), e);
    }
  }

  private static void requireSame(Path first, StructType schema, Path second, StructType other) {
    FileSchema.difference(schema, other)
        .ifPresent(
            difference -> {
              throw new InvalidRunException(
                  "Cannot read %s with %s: %s. Give a schema that suits both, or read them apart"
                      .formatted(first, second, difference));
            });
  }
}
