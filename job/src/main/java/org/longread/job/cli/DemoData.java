package org.longread.job.cli;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.longread.job.InvalidRunException;

/** Where the demo's files are, and which documents it reads. */
record DemoData(Path home) {
  /** Documents read of each nominal length in KiB; the longest ones cost most. */
  private static final Map<Integer, Integer> DOCUMENTS = Map.of(1, 2, 2, 5, 4, 4, 8, 3, 16, 2);

  /**
   * The folder deploy/longread is run from names the project; without it, it is the current one.
   */
  static DemoData find() {
    String home = System.getenv("LONGREAD_HOME");
    DemoData data = new DemoData(Path.of(home == null ? "" : home).toAbsolutePath().normalize());
    if (!Files.isDirectory(data.documents()) || !Files.isDirectory(data.model())) {
      throw new InvalidRunException(
          "Cannot find the demo's data: no "
              + data.documents()
              + ". Run deploy/longread demo, or set LONGREAD_HOME to a checkout");
    }
    return data;
  }

  Path documents() {
    return home.resolve("deploy").resolve("demo").resolve("documents");
  }

  Path model() {
    return home.resolve("deploy").resolve("demo").resolve("model");
  }

  Path output() {
    return home.resolve("target").resolve("demo");
  }

  Path input() {
    return output().resolve("input");
  }

  /** Documents read before time is taken, and what comes of them; gone afterwards. */
  Path warmUp() {
    return output().resolve("warm-up");
  }

  Path warmUpInput() {
    return warmUp().resolve("input");
  }

  void deleteWarmUp() {
    delete(warmUp());
  }

  /** Writes the documents to read, and yields what will be asked of them. */
  List<DemoQuestion> prepare(SparkSession spark) {
    delete(output());
    Dataset<Row> needles =
        spark.read().parquet(documents().toString()).where(col("kind").equalTo("needle"));
    Map<Integer, Integer> left = new HashMap<>(DOCUMENTS);
    List<Row> chosen = new ArrayList<>();
    List<Row> others = new ArrayList<>();
    for (Row row : needles.orderBy("doc_id").collectAsList()) {
      (left.merge(kib(row), -1, Integer::sum) >= 0 ? chosen : others).add(row);
    }
    write(needles, chosen, input());
    write(needles, others.subList(0, 2), warmUpInput());
    return chosen.stream().flatMap(DemoData::questions).toList();
  }

  private static void write(Dataset<Row> needles, List<Row> chosen, Path folder) {
    Object[] ids = chosen.stream().map(row -> row.getAs("doc_id")).toArray();
    needles
        .where(col("doc_id").isin(ids))
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(folder.toString());
  }

  /** "needle-08k-13" is one of 8 KiB. */
  private static int kib(Row row) {
    String[] parts = row.<String>getAs("doc_id").split("-", -1);
    return Integer.parseInt(parts[1].replace("k", ""));
  }

  private static Stream<DemoQuestion> questions(Row row) {
    List<String> questions = row.getList(row.fieldIndex("questions"));
    List<String> answers = row.getList(row.fieldIndex("answers"));
    List<DemoQuestion> all = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      all.add(
          new DemoQuestion(
              row.getAs("doc_id"),
              i,
              kib(row),
              row.getAs("title"),
              row.getAs("text"),
              questions.get(i),
              answers.get(i)));
    }
    return all.stream();
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + folder + ": " + e.getMessage(), e);
    }
  }
}
