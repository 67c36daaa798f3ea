package org.longread.job.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.longread.job.InvalidRunException;
import org.longread.job.report.DocumentTexts;
import org.longread.job.report.Report;
import org.longread.job.report.ReportPage;
import org.longread.job.report.RunOutput;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Turns the output of a finished run into one page. */
@Command(
    name = "report",
    header = "Writes one HTML page about a finished run.",
    description = {
      "",
      "Answers with their evidence marked in the documents, failures, speed, cost by length,",
      "quality and balance. The page loads nothing and runs no script; it shows text of the",
      "documents, so treat it as you treat them."
    },
    footer = {"", "Example:", "  longread report answers/"})
final class ReportCommand implements Callable<Integer> {
  private static final String PAGE = "report.html";
  private static final int MOST_DOCUMENTS = 1000;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "OUTPUT", description = "Output folder of a finished run.")
  private String output;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "Page to write, replacing an earlier one; OUTPUT/" + PAGE + " unless given.")
  private String target;

  @Option(
      names = "--input",
      paramLabel = "PATH",
      description = "Where the documents are now; where the run read them unless given.")
  private String input;

  @Option(
      names = "--documents",
      paramLabel = "N",
      defaultValue = "50",
      description = "Documents shown one by one, at most (default 50); 0 shows no text at all.")
  private int documents;

  @Mixin private SparkArguments sparkArguments;

  @Override
  public Integer call() {
    if (documents < 0 || documents > MOST_DOCUMENTS) {
      throw new ParameterException(
          spec.commandLine(),
          "Invalid --documents: %d (expected 0 to %d)".formatted(documents, MOST_DOCUMENTS));
    }
    SparkConf conf = sparkArguments.conf();
    Configuration hadoop = SparkHadoopUtil.get().newConfiguration(conf);
    RunOutput run = RunOutput.open(output, hadoop);
    Report report = Report.read(run, documents);
    DocumentTexts texts = texts(report, conf);
    String page = ReportPage.html(report, texts);
    Path file = target == null ? new Path(run.folder(), PAGE) : new Path(target);
    write(page, file, hadoop);
    PrintWriter out = spec.commandLine().getOut();
    if (!texts.note().isEmpty()) {
      out.println(texts.note());
    }
    out.println(file);
    out.flush();
    return ExitStatus.DONE.code();
  }

  private DocumentTexts texts(Report report, SparkConf conf) {
    if (report.shown().isEmpty()) {
      return DocumentTexts.none("");
    }
    return Sparks.with(
        conf,
        spark ->
            input == null
                ? DocumentTexts.read(spark, report)
                : DocumentTexts.read(spark, report, input));
  }

  private static void write(String page, Path file, Configuration hadoop) {
    try {
      FileSystem fs = file.getFileSystem(hadoop);
      try (OutputStream out = fs.create(file, true)) {
        out.write(page.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidRunException(
          "Cannot write %s: %s. Name another file with --to".formatted(file, e.getMessage()), e);
    }
  }
}
