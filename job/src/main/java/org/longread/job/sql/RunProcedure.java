package org.longread.job.sql;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.procedures.BoundProcedure;
import org.apache.spark.sql.connector.catalog.procedures.ProcedureParameter;
import org.apache.spark.sql.connector.catalog.procedures.UnboundProcedure;
import org.apache.spark.sql.connector.read.LocalScan;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.longread.job.FailedRunException;
import org.longread.job.InferenceJob;
import org.longread.job.JobConf;
import org.longread.job.JobOption;
import org.longread.job.JobOptions;
import org.longread.job.OptionValues;
import org.longread.job.RunSummary;

/**
 * The job, called from SQL: every option is a parameter, its dashes underscores. Yields one row.
 *
 * @param options of the catalog
 * @param catalog its name
 */
record RunProcedure(Map<String, String> options, String catalog)
    implements UnboundProcedure, BoundProcedure {
  static final String NAME = "run";

  private static final StructType SUMMARY =
      new StructType()
          .add("run_id", DataTypes.StringType, false)
          .add("output", DataTypes.StringType, false)
          .add("documents", DataTypes.LongType, false)
          .add("rows", DataTypes.LongType, false)
          .add("failed_rows", DataTypes.LongType, false)
          .add("input_tokens", DataTypes.LongType, false)
          .add("output_tokens", DataTypes.LongType, false)
          .add("wall_ns", DataTypes.LongType, false)
          .add("cost_usd", DataTypes.DoubleType);

  @Override
  public BoundProcedure bind(StructType inputType) {
    return this;
  }

  @Override
  public ProcedureParameter[] parameters() {
    return JobOptions.all().stream()
        .map(RunProcedure::parameter)
        .toArray(ProcedureParameter[]::new);
  }

  private static ProcedureParameter parameter(JobOption<?> option) {
    return ProcedureParameter.in(option.name().replace('-', '_'), DataTypes.StringType)
        .defaultValue("NULL")
        .comment(option.about().meaning())
        .build();
  }

  @Override
  public boolean isDeterministic() {
    return false;
  }

  /**
   * Runs to completion.
   *
   * @throws org.longread.job.InvalidRunException before any executor works
   * @throws FailedRunException if the run broke off, or more rows failed than max-failed-fraction
   */
  @Override
  public Iterator<Scan> call(InternalRow input) {
    SparkSession spark = SparkSession.active();
    JobConf conf =
        new OptionValues()
            .add(arguments(input), "in the call")
            .add(options, "in Spark conf spark.sql.catalog." + catalog + ".*")
            .addSparkConf(FaceOptions.session(spark))
            .resolve();
    RunSummary summary = InferenceJob.run(spark, conf);
    if (summary.failedRows() > conf.limits().maxFailedFraction() * summary.rows()) {
      throw new FailedRunException(
          "%d of %d rows failed (max-failed-fraction is %s); see error_code and error_message in %s"
              .formatted(
                  summary.failedRows(),
                  summary.rows(),
                  conf.limits().maxFailedFraction(),
                  conf.output()),
          null);
    }
    return List.<Scan>of(new OneRow(row(conf, summary))).iterator();
  }

  private static Map<String, String> arguments(InternalRow input) {
    Map<String, String> given = new TreeMap<>();
    List<JobOption<?>> all = JobOptions.all();
    for (int i = 0; i < all.size(); i++) {
      if (!input.isNullAt(i)) {
        given.put(all.get(i).name(), input.getUTF8String(i).toString());
      }
    }
    return given;
  }

  private static InternalRow row(JobConf conf, RunSummary summary) {
    return InternalValues.row(
        RowFactory.create(
            summary.runId(),
            conf.output(),
            summary.documents(),
            summary.rows(),
            summary.failedRows(),
            summary.inputTokens(),
            summary.outputTokens(),
            summary.wallNanos(),
            summary.costUsd().isPresent() ? summary.costUsd().getAsDouble() : null));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "reads documents from files and writes answers, scores or vectors to files";
  }

  /** A result that is there. */
  private record OneRow(InternalRow row) implements LocalScan {
    @Override
    public InternalRow[] rows() {
      return new InternalRow[] {row};
    }

    @Override
    public StructType readSchema() {
      return SUMMARY;
    }
  }
}
