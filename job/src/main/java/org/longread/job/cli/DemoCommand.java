package org.longread.job.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.longread.job.Units;
import org.longread.kernels.checkpoint.CheckpointInventory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The main job on the bundled documents with the bundled model, sparse and dense. */
@Command(
    name = "demo",
    header = "Reads the bundled documents with the bundled model, sparse and dense, and compares.",
    description = {
      "",
      "Answers questions about documents of 1 to 16 KiB, shows the evidence each answer rests on,",
      "and what sparse attention saved. Writes target/demo/."
    },
    footer = {"", "Example:", "  deploy/longread demo"})
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SparkArguments sparkArguments;

  @Override
  public Integer call() {
    DemoData data = DemoData.find();
    CostModel cost = new CostModel(CheckpointInventory.check(data.model()).config());
    SparkConf conf = sparkArguments.conf();
    return Sparks.with(conf, spark -> compare(spark, data, cost));
  }

  private Integer compare(SparkSession spark, DemoData data, CostModel cost) {
    PrintWriter out = spec.commandLine().getOut();
    List<DemoQuestion> questions = data.prepare(spark);
    long documents = questions.stream().map(DemoQuestion::docId).distinct().count();
    out.printf(
        "%d documents, %d questions: each asks for a code that stands once in 1 to 16 KiB of text%n",
        documents, questions.size());
    out.println("Warming up ...");
    out.flush();
    DemoRun.warmUp(spark, data);
    data.deleteWarmUp();
    DemoRun sparse = read(spark, data, "sparse", questions, out);
    DemoRun dense = read(spark, data, "dense", questions, out);
    new DemoReport(sparse, dense, cost, Ink.forTerminal()).print(data.home(), out);
    boolean failed = sparse.summary().failedRows() + dense.summary().failedRows() > 0;
    return (failed ? ExitStatus.TOO_MANY_FAILED_ROWS : ExitStatus.DONE).code();
  }

  private static DemoRun read(
      SparkSession spark,
      DemoData data,
      String attention,
      List<DemoQuestion> questions,
      PrintWriter out) {
    out.printf("Reading with %s attention ...%n", attention);
    out.flush();
    DemoRun run = DemoRun.run(spark, data, attention, questions);
    out.printf(
        "  %s tokens in %s, %d of %d answers right%n",
        Units.count(run.summary().inputTokens()),
        Units.seconds(run.summary().wallNanos() / 1e9),
        run.right(),
        run.answers().size());
    return run;
  }
}
