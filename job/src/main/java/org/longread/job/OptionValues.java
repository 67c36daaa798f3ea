package org.longread.job;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.longread.kernels.EngineOptions;

/**
 * What was given for options, and where. Sources are added from the strongest to the weakest:
 * command line, Spark conf, config file; the table's defaults come last. Every mistake is kept, so
 * that {@link #resolve} names them all at once.
 */
public final class OptionValues {
  private final Map<String, Given> given = new LinkedHashMap<>();
  private final List<String> mistakes = new ArrayList<>();

  private record Given(String text, String where) {}

  /** Adds a command line: values by option, without dashes. */
  public OptionValues addCommandLine(Map<String, String> values) {
    return add(values, "on the command line");
  }

  /** Adds values by option, and where they were given, as in "in option(...)". */
  public OptionValues add(Map<String, String> values, String where) {
    values.forEach((name, text) -> add(name, text, where));
    return this;
  }

  /** Adds the entries of a Spark conf that start with {@link JobOptions#SPARK_PREFIX}. */
  public OptionValues addSparkConf(Map<String, String> conf) {
    conf.forEach(
        (key, text) -> {
          if (key.startsWith(JobOptions.SPARK_PREFIX)) {
            add(key.substring(JobOptions.SPARK_PREFIX.length()), text, "in Spark conf " + key);
          }
        });
    return this;
  }

  /**
   * Adds a config file: HOCON, JSON (.json) or properties (.properties).
   *
   * @throws InvalidRunException if it cannot be read or parsed
   */
  public OptionValues addFile(Path file) {
    if (!Files.isReadable(file)) {
      throw new InvalidRunException("Cannot read config file " + file + ": no such file");
    }
    Config config;
    try {
      ConfigParseOptions strict = ConfigParseOptions.defaults().setAllowMissing(false);
      config = ConfigFactory.parseFile(file.toFile(), strict).resolve();
    } catch (ConfigException e) {
      throw new InvalidRunException("Cannot read config file " + file + ": " + e.getMessage(), e);
    }
    config.root().forEach((name, value) -> addFromFile(name, value, config));
    return this;
  }

  private void addFromFile(String name, ConfigValue value, Config config) {
    String where = where(value.origin());
    switch (value.valueType()) {
      case NULL -> mistakes.add("Invalid " + name + ": null (expected a value) " + where);
      case OBJECT -> add(name + "." + firstKey((ConfigObject) value), "", where);
      case LIST -> addList(name, value.render(ConfigRenderOptions.concise()), where);
      case STRING, NUMBER, BOOLEAN -> add(name, config.getString(OptionType.quoted(name)), where);
    }
  }

  private void addList(String name, String array, String where) {
    boolean takesOne =
        find(name).filter(option -> option.type().arity() == OptionType.Arity.ONE).isPresent();
    if (takesOne) {
      mistakes.add("Invalid " + name + ": " + array + " (expected one value) " + where);
    } else {
      add(name, array, where);
    }
  }

  private static String firstKey(ConfigObject object) {
    return object.keySet().stream().sorted().findFirst().orElse("");
  }

  private static String where(ConfigOrigin origin) {
    String file = origin.filename() == null ? origin.description() : origin.filename();
    return "in " + file + (origin.lineNumber() > 0 ? ", line " + origin.lineNumber() : "");
  }

  private void add(String name, String text, String where) {
    if (find(name).isPresent()) {
      given.putIfAbsent(name, new Given(text, where));
    } else {
      List<String> known = JobOptions.all().stream().map(JobOption::name).toList();
      mistakes.add(
          "Invalid option: %s (unknown%s) %s"
              .formatted(name, NearestName.hint(name, known), where));
    }
  }

  private static Optional<JobOption<?>> find(String name) {
    return JobOptions.all().stream().filter(option -> option.name().equals(name)).findFirst();
  }

  /**
   * The run these values ask for.
   *
   * @throws InvalidRunException naming every unknown option, bad value, missing value and
   *     combination that makes no sense
   */
  public JobConf resolve() {
    JobOptions.all().stream().filter(JobOption::isRequired).forEach(this::checkPresent);
    checkDocumentColumn();
    JobConf conf = build();
    checkTask(conf);
    if (conf.limits().minCapturedMass() > 0 && conf.engine().sampleQuality() == 0) {
      mistakes.add(
          "Invalid min-captured-mass: %s (expected 0 where sample-quality is 0: nothing is measured)"
              .formatted(conf.limits().minCapturedMass()));
    }
    if (!mistakes.isEmpty()) {
      throw new InvalidRunException(String.join("\n", mistakes));
    }
    return conf;
  }

  /**
   * The engine these values ask for; what else a run must be given may be missing.
   *
   * @throws InvalidRunException naming every unknown option and bad value for the engine
   */
  JobConf.Engine resolveEngine() {
    JobConf.Engine engine = engine();
    if (!mistakes.isEmpty()) {
      throw new InvalidRunException(String.join("\n", mistakes));
    }
    return engine;
  }

  private void checkPresent(JobOption<?> option) {
    if (!given.containsKey(option.name()) || given.get(option.name()).text().isBlank()) {
      mistakes.add(
          "Invalid %s: none given (expected %s). Give --%s, Spark conf %s or a config file"
              .formatted(
                  option.name(), option.about().meaning(), option.name(), option.sparkKey()));
    }
  }

  private void checkDocumentColumn() {
    Given tokens = given.get(JobOptions.TOKENS_COLUMN.name());
    boolean hasTokens = tokens != null && !tokens.text().isEmpty();
    Given text = given.get(JobOptions.TEXT_COLUMN.name());
    boolean hasText = text == null ? !hasTokens : !text.text().isEmpty();
    if (hasTokens && hasText) {
      mistakes.add(
          "Invalid tokens-column: %s %s (expected either it or text-column, which is %s %s)"
              .formatted(tokens.text(), tokens.where(), text.text(), text.where()));
    } else if (!hasTokens && !hasText) {
      mistakes.add("Invalid text-column: none (expected a name, or tokens-column to have one)");
    } else if (hasTokens) {
      given.put(JobOptions.TEXT_COLUMN.name(), new Given("", tokens.where()));
    }
  }

  private void checkTask(JobConf conf) {
    if (conf.task() != null && conf.task() != JobConf.Task.GENERATE) {
      refuse(JobOptions.QUESTIONS_COLUMN, "expected with task generate only");
    }
    if (conf.task() != null && conf.task() != JobConf.Task.SCORE) {
      refuse(JobOptions.CONTINUATION_COLUMN, "expected with task score only");
    }
  }

  private void refuse(JobOption<String> column, String rule) {
    Given value = given.get(column.name());
    if (value != null && !value.text().isEmpty()) {
      mistakes.add(
          "Invalid %s: %s (%s) %s".formatted(column.name(), value.text(), rule, value.where()));
    }
  }

  private JobConf build() {
    return new JobConf(
        new JobConf.Input(
            value(JobOptions.INPUT_PATH),
            value(JobOptions.FORMAT),
            value(JobOptions.ID_COLUMN),
            value(JobOptions.TEXT_COLUMN),
            value(JobOptions.TOKENS_COLUMN),
            value(JobOptions.PART_COLUMN),
            value(JobOptions.QUESTIONS_COLUMN),
            value(JobOptions.CONTINUATION_COLUMN)),
        value(JobOptions.OUTPUT_PATH),
        engine(),
        value(JobOptions.TASK),
        new JobConf.Prompt(
            value(JobOptions.PREFIX), value(JobOptions.SUFFIX), value(JobOptions.PROMPT_FORMAT)),
        new JobConf.Generation(
            value(JobOptions.MAX_NEW_TOKENS),
            value(JobOptions.STOP),
            value(JobOptions.TEMPERATURE),
            value(JobOptions.TOP_P),
            value(JobOptions.SEED)),
        new JobConf.Limits(
            value(JobOptions.MAX_DOCUMENT_TOKENS),
            value(JobOptions.ON_TOO_LONG),
            value(JobOptions.WATCHDOG),
            value(JobOptions.MIN_CAPTURED_MASS),
            value(JobOptions.MAX_FAILED_FRACTION)),
        new JobConf.Resuming(value(JobOptions.RESUME), value(JobOptions.COMMIT_SECONDS)),
        new JobConf.Reporting(
            value(JobOptions.EVIDENCE_SPANS),
            value(JobOptions.USD_PER_HOUR),
            value(JobOptions.POOLING),
            value(JobOptions.COMPRESSION),
            value(JobOptions.PARTITIONS)));
  }

  private JobConf.Engine engine() {
    return new JobConf.Engine(
        value(JobOptions.MODEL),
        value(JobOptions.BACKEND),
        value(JobOptions.DEVICE),
        value(JobOptions.ATTENTION),
        value(JobOptions.TOP_K),
        value(JobOptions.SAMPLE_QUALITY),
        value(JobOptions.INDEX_PRECISION),
        value(JobOptions.INDEX_REUSE),
        value(JobOptions.MEMORY_LIMIT),
        value(JobOptions.CHUNK_TOKENS),
        value(JobOptions.MAX_BATCH_SEQUENCES),
        new EngineOptions.Placement(value(JobOptions.WEIGHTS), value(JobOptions.WEIGHTS_MEMORY)),
        value(JobOptions.COMPUTE_PRECISION));
  }

  /** The given value or, where it is none or wrong, the default; null if there is no default. */
  private <T> T value(JobOption<T> option) {
    Given value = given.get(option.name());
    if (value != null) {
      try {
        return option.type().parse().apply(value.text());
      } catch (IllegalArgumentException e) {
        mistakes.add(
            "Invalid %s: %s (expected %s) %s"
                .formatted(option.name(), value.text(), option.type().expected(), value.where()));
      }
    }
    return option.byDefault().map(option.type().parse()).orElse(null);
  }
}
