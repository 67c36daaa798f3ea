package org.longread.job.report;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.longread.job.InvalidRunException;
import org.longread.job.JobConf;
import org.longread.job.read.Document;
import org.longread.job.read.DocumentSource;
import scala.Tuple2;

/**
 * Texts of the documents shown, from the Parquet files the run read; cut where they are read, so
 * that a long document never reaches the driver.
 *
 * @param byId by the id in words
 * @param note what the reader should know: texts missing, or changed since the run; empty if they
 *     are as they were
 */
public record DocumentTexts(Map<String, DocumentText> byId, String note) {
  public DocumentTexts {
    byId = Map.copyOf(byId);
  }

  /** No texts, and why. */
  public static DocumentTexts none(String note) {
    return new DocumentTexts(Map.of(), note);
  }

  /**
   * Reads them where the run read them.
   *
   * @return {@link #none} if they are not there any more
   */
  public static DocumentTexts read(SparkSession spark, Report report) {
    String path = report.option("input");
    try {
      return read(spark, report, path);
    } catch (InvalidRunException e) {
      return none(
          "The documents could not be read again, so evidence is given as positions alone. "
              + e.getMessage()
              + ". Name the place where they are now with --input");
    }
  }

  /**
   * Reads them elsewhere.
   *
   * @throws InvalidRunException if nothing is there, or it lacks a column of the run
   */
  public static DocumentTexts read(SparkSession spark, Report report, String path) {
    if (report.shown().isEmpty()) {
      return none("");
    }
    DocumentSource source = DocumentSource.open(spark, input(report, path));
    Requests requests = Requests.of(report.shown());
    Map<String, DocumentText> texts = new HashMap<>();
    source
        .only(requests.ids())
        .documents()
        .map(requests::answer)
        .collect()
        .forEach(found -> texts.put(found._1(), found._2()));
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    return new DocumentTexts(texts, note(source, report, path, hadoop));
  }

  private static JobConf.Input input(Report report, String path) {
    return new JobConf.Input(
        path,
        report.option("input-format"),
        report.option("id-column"),
        report.option("text-column"),
        report.option("tokens-column"),
        report.option("part-column"),
        report.option("questions-column"),
        report.option("continuation-column"));
  }

  private static String note(
      DocumentSource source, Report report, String path, Configuration hadoop) {
    try {
      Instant changed = source.lastChanged(hadoop);
      return changed.isAfter(Instant.parse(report.manifest().startedAt()))
          ? "Files in %s were changed after the run began: marks may not be where the run saw evidence."
              .formatted(path)
          : "";
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      return "Whether %s was changed since the run could not be seen: %s"
          .formatted(path, e.getMessage());
    }
  }

  Optional<DocumentText> of(SampledDocument document) {
    return Optional.ofNullable(byId.get(document.idText()));
  }

  /** Which spans of which documents are wanted; travels to the executors. */
  private record Requests(
      ArrayList<Serializable> ids, HashMap<String, HashMap<Integer, List<Span>>> spans)
      implements Serializable {

    static Requests of(List<SampledDocument> documents) {
      Requests requests = new Requests(new ArrayList<>(), new HashMap<>());
      for (SampledDocument document : documents) {
        if (document.id() != null) {
          requests.ids.add((Serializable) document.id());
          HashMap<Integer, List<Span>> spans = new HashMap<>();
          document.rows().forEach(row -> spans.put(row.questionIndex(), row.evidence()));
          requests.spans.put(document.idText(), spans);
        }
      }
      return requests;
    }

    Tuple2<String, DocumentText> answer(Document document) {
      String id = document.idText();
      DocumentText text =
          document.body() instanceof Document.Utf8 body
              ? DocumentText.of(
                  new String(body.bytes(), StandardCharsets.UTF_8),
                  document.questions(),
                  spans.getOrDefault(id, new HashMap<>()))
              : DocumentText.ofQuestions(document.questions());
      return new Tuple2<>(id, text);
    }
  }
}
