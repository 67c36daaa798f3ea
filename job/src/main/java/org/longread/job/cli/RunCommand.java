package org.longread.job.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.longread.job.InferenceJob;
import org.longread.job.JobConf;
import org.longread.job.JobOption;
import org.longread.job.JobOptions;
import org.longread.job.OptionType;
import org.longread.job.OptionValues;
import org.longread.job.RunSummary;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Runs the job with options from command line, Spark conf and config file. */
@Command(
    name = RunCommand.NAME,
    header = "Reads documents and writes an answer, a score or a vector for each.",
    footer = {
      "",
      "Example:",
      "  longread run --input contracts/ --output answers/ --model models/v3.2 --task generate \\",
      "    --prompt-suffix $'\\n\\nWhich law governs this contract?\\nAnswer: ' --stop $'\\n'",
      "",
      "An option is also a key in the --config file and, after 'spark.longread.', in Spark's conf;",
      "command line beats Spark conf beats file. Exit status: 0 done, 1 failed, 2 invalid, 3 more",
      "rows failed than max-failed-fraction."
    })
final class RunCommand implements Callable<Integer> {
  static final String NAME = "run";

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Options from a file: HOCON, .json or .properties (see conf/).")
  private Path config;

  @Mixin private SparkArguments sparkArguments;

  private RunCommand() {}

  /** The command with one option per line of the table. */
  static CommandLine commandLine() {
    CommandSpec spec = CommandSpec.forAnnotatedObject(new RunCommand());
    int order = 1;
    for (JobOption.Group group : JobOption.Group.values()) {
      ArgGroupSpec.Builder section =
          ArgGroupSpec.builder()
              .heading("%n" + group.title() + "%n")
              .validate(false)
              .order(order++);
      JobOptions.of(group).forEach(option -> section.addArg(option(option)));
      spec.addArgGroup(section.build());
    }
    spec.usageMessage().abbreviateSynopsis(true).sortOptions(false);
    return new CommandLine(spec);
  }

  private static OptionSpec option(JobOption<?> option) {
    boolean many = option.type().arity() == OptionType.Arity.MANY;
    return OptionSpec.builder("--" + option.name())
        .arity("1")
        .type(many ? List.class : String.class)
        .auxiliaryTypes(String.class)
        .paramLabel(option.type().placeholder())
        .description(literal(Help.describe(option)))
        .build();
  }

  /** Text in which picocli finds nothing to format. */
  private static String literal(String text) {
    return text.replace("%", "%%");
  }

  @Override
  public Integer call() {
    SparkConf sparkConf = sparkArguments.conf();
    JobConf conf = resolve(sparkConf);
    if (Sparks.hasPlugin(sparkConf)) {
      JobOptions.valuesThatOpenEngines(conf).forEach(sparkConf::set);
    }
    InferenceJob.check(conf);
    RunSummary summary = Sparks.with(sparkConf, spark -> InferenceJob.run(spark, conf));
    RunReport.print(summary, conf.output(), spec.commandLine().getOut());
    return judge(summary, conf.limits().maxFailedFraction());
  }

  private int judge(RunSummary summary, double tolerated) {
    if (summary.failedRows() <= tolerated * summary.rows()) {
      return ExitStatus.DONE.code();
    }
    Failure.print(
        "%d of %d rows failed (max-failed-fraction is %s); see error_code and error_message"
            .formatted(summary.failedRows(), summary.rows(), tolerated),
        spec.commandLine().getErr());
    return ExitStatus.TOO_MANY_FAILED_ROWS.code();
  }

  private JobConf resolve(SparkConf sparkConf) {
    OptionValues values = new OptionValues().addCommandLine(given(spec.commandLine()));
    Map<String, String> fromSpark = new LinkedHashMap<>();
    for (scala.Tuple2<String, String> setting : sparkConf.getAll()) {
      fromSpark.put(setting._1(), setting._2());
    }
    values.addSparkConf(fromSpark);
    if (config != null) {
      values.addFile(config);
    }
    return values.resolve();
  }

  /** Options of the table that stand on the command line. */
  private static Map<String, String> given(CommandLine line) {
    ParseResult parsed = line.getParseResult();
    Map<String, String> given = new LinkedHashMap<>();
    for (JobOption<?> option : JobOptions.all()) {
      String name = "--" + option.name();
      if (!parsed.hasMatchedOption(name)) {
        continue;
      }
      List<String> texts = parsed.matchedOption(name).stringValues();
      given.put(option.name(), texts.size() == 1 ? texts.get(0) : OptionType.texts("").show(texts));
    }
    return given;
  }
}
