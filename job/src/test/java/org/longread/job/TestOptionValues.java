package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.longread.job.JobConf.Compression;
import org.longread.job.JobConf.OnSuspicion;
import org.longread.job.JobConf.OnTooLong;
import org.longread.job.JobConf.Pooling;
import org.longread.kernels.AttentionMode;
import org.longread.kernels.ops.IndexPrecision;

/** Four sources, one order, and every mistake named with its place. */
class TestOptionValues {
  @TempDir Path folder;

  private static Map<String, String> with(String... more) {
    Map<String, String> values =
        new HashMap<>(Map.of("input", "in", "output", "out", "model", "model", "task", "generate"));
    for (int i = 0; i < more.length; i += 2) {
      values.put(more[i], more[i + 1]);
    }
    return values;
  }

  private static JobConf resolve(String... more) {
    return new OptionValues().addCommandLine(with(more)).resolve();
  }

  private Path file(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void commandLineBeatsSparkConfBeatsFileBeatsDefault() {
    JobConf conf =
        new OptionValues()
            .addCommandLine(with("top-k", "1"))
            .addSparkConf(
                Map.of(
                    "spark.longread.top-k", "2",
                    "spark.longread.seed", "2",
                    "spark.executor.memory", "1g"))
            .addFile(file("run.conf", "top-k = 3\nseed = 3\nmax-new-tokens = 3"))
            .resolve();
    assertThat(conf.engine().topK()).isEqualTo(1);
    assertThat(conf.generation().seed()).isEqualTo(2);
    assertThat(conf.generation().maxNewTokens()).isEqualTo(3);
    assertThat(conf.limits().onTooLong()).isEqualTo(OnTooLong.ERROR);
  }

  @Test
  void onlyRequiredOptionsAreNeeded() {
    JobConf conf = resolve();
    assertThat(conf.input())
        .isEqualTo(new JobConf.Input("in", "parquet", "doc_id", "text", "", "", "", ""));
    assertThat(conf.engine())
        .isEqualTo(
            new JobConf.Engine(
                "model",
                "auto",
                "auto",
                AttentionMode.AUTO,
                0,
                0,
                IndexPrecision.F32,
                1,
                0,
                1024,
                16));
    assertThat(conf.generation()).isEqualTo(new JobConf.Generation(64, List.of(), 0, 1, 0));
    assertThat(conf.limits())
        .isEqualTo(new JobConf.Limits(0, OnTooLong.ERROR, OnSuspicion.WARN, 0, 0));
    assertThat(conf.reporting())
        .isEqualTo(new JobConf.Reporting(3, 0, Pooling.MEAN, Compression.NONE, 0));
  }

  @Test
  void everyOptionReachesTheRun() {
    Map<String, String> values =
        with(
            "input-format",
            "orc",
            "id-column",
            "id",
            "text-column",
            "body",
            "part-column",
            "p",
            "questions-column",
            "q",
            "prompt-prefix",
            "a ",
            "prompt-suffix",
            " b",
            "max-new-tokens",
            "7",
            "stop",
            "[\"x\",\"[\"]",
            "temperature",
            "0.5",
            "top-p",
            "0.9",
            "seed",
            "-4",
            "pooling",
            "last",
            "attention",
            "dense",
            "top-k",
            "9",
            "sample-quality",
            "0.25",
            "compute-precision",
            "fp8",
            "index-precision",
            "int8",
            "index-reuse",
            "3",
            "backend",
            "scalar",
            "device",
            "d",
            "chunk-tokens",
            "33",
            "max-batch-sequences",
            "7",
            "max-document-tokens",
            "99",
            "watchdog",
            "error",
            "min-captured-mass",
            "0.5",
            "on-too-long",
            "middle",
            "memory-limit",
            "2147483648",
            "max-failed-fraction",
            "0.5",
            "evidence-spans",
            "1",
            "usd-per-hour",
            "2.5",
            "compression",
            "zstd",
            "partitions",
            "5");
    Map<String, String> shown =
        JobOptions.values(new OptionValues().addCommandLine(values).resolve());
    assertThat(shown).containsAllEntriesOf(values);
    assertThat(shown.keySet())
        .containsExactlyElementsOf(JobOptions.all().stream().map(JobOption::name).toList());
  }

  @Test
  void fingerprintHasWhatChangesResultsOnly() {
    assertThat(JobOptions.valuesThatChangeResults(resolve()).keySet())
        .contains("top-k", "seed", "input", "evidence-spans")
        .doesNotContain("output", "backend", "chunk-tokens", "max-batch-sequences", "partitions");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "top-k; many; an integer of 0 or more",
        "top-k; -1; an integer of 0 or more",
        "max-new-tokens; 0; an integer of 1 or more",
        "chunk-tokens; 99999999999; an integer of 1 or more",
        "seed; 1.5; an integer",
        "temperature; -0.1; a number of 0 or more",
        "temperature; NaN; a number of 0 or more",
        "usd-per-hour; Infinity; a number of 0 or more",
        "top-p; 0; a number above 0, at most 1",
        "sample-quality; 1.01; a number from 0 to 1",
        "max-failed-fraction; 5%; a number from 0 to 1",
        "memory-limit; 8 gigs; bytes, such as 512m or 8g",
        "memory-limit; 9999999999g; bytes, such as 512m or 8g",
        "task; summarise; generate, score or embed",
        "attention; full; auto, sparse or dense",
        "on-too-long; cut; error, head, tail or middle",
        "pooling; max; mean or last",
        "compression; lz4; none or zstd",
        "stop; [1; text, or a JSON array of texts",
      })
  void badValueIsNamedWithTheRule(String name, String value, String expected) {
    assertThatThrownBy(() -> resolve(name, value))
        .isInstanceOf(InvalidRunException.class)
        .hasMessage("Invalid %s: %s (expected %s) on the command line", name, value, expected);
  }

  @ParameterizedTest
  @CsvSource({"512, 512", "1k, 1024", "512m, 536870912", "8g, 8589934592", "1TB, 1099511627776"})
  void sizesTakeUnits(String text, long bytes) {
    assertThat(resolve("memory-limit", text).engine().memoryLimitBytes()).isEqualTo(bytes);
  }

  @Test
  void unknownOptionNamesTheNearestAndItsPlace() {
    assertThatThrownBy(() -> resolve("temprature", "0"))
        .hasMessage(
            "Invalid option: temprature (unknown; did you mean temperature?) on the command line");
    OptionValues spark =
        new OptionValues().addCommandLine(with()).addSparkConf(Map.of("spark.longread.topk", "1"));
    assertThatThrownBy(spark::resolve)
        .hasMessage(
            "Invalid option: topk (unknown; did you mean top-k?) in Spark conf"
                + " spark.longread.topk");
    Path file = file("run.conf", "# a run\n\nbackends = auto\n");
    OptionValues fromFile = new OptionValues().addCommandLine(with()).addFile(file);
    assertThatThrownBy(fromFile::resolve)
        .hasMessage(
            "Invalid option: backends (unknown; did you mean backend?) in %s, line 3", file);
  }

  @Test
  void everyMistakeIsNamedAtOnce() {
    OptionValues values =
        new OptionValues().addCommandLine(Map.of("top-k", "x", "colour", "red", "task", "score"));
    assertThatThrownBy(values::resolve)
        .hasMessageContainingAll(
            "Invalid top-k: x",
            "Invalid option: colour (unknown)",
            "Invalid input: none given",
            "Invalid model: none given",
            "Invalid output: none given");
  }

  @Test
  void textAndTokensColumnExcludeEachOther() {
    assertThat(resolve("tokens-column", "ids").input().textColumn()).isEmpty();
    assertThatThrownBy(() -> resolve("tokens-column", "ids", "text-column", "body"))
        .hasMessageStartingWith("Invalid tokens-column: ids on the command line");
    assertThatThrownBy(() -> resolve("text-column", ""))
        .hasMessageStartingWith("Invalid text-column: none");
  }

  @Test
  void columnsOfAnotherTaskAreRefused() {
    assertThatThrownBy(() -> resolve("task", "score", "questions-column", "q"))
        .hasMessage(
            "Invalid questions-column: q (expected with task generate only)"
                + " on the command line");
    assertThatThrownBy(() -> resolve("continuation-column", "c"))
        .hasMessageStartingWith("Invalid continuation-column: c (expected with task score only)");
  }

  @Test
  void filesAreHoconJsonOrProperties() {
    Map<String, String> files =
        Map.of(
            "a.conf", "stop = [\".\", \"\\n\"], top-k = 4 // four",
            "a.json", "{\"stop\": [\".\", \"\\n\"], \"top-k\": 4}",
            "a.properties", "stop=[\".\", \"\\\\n\"]\ntop-k=4");
    files.forEach(
        (name, text) -> {
          OptionValues values = new OptionValues().addCommandLine(with());
          JobConf conf = values.addFile(file(name, text)).resolve();
          assertThat(conf.generation().stop()).as(name).containsExactly(".", "\n");
          assertThat(conf.engine().topK()).as(name).isEqualTo(4);
        });
  }

  @Test
  void badFilesAreRefused() {
    assertThatThrownBy(() -> new OptionValues().addFile(folder.resolve("none.conf")))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageStartingWith("Cannot read config file");
    Path broken = file("broken.conf", "top-k = {");
    assertThatThrownBy(() -> new OptionValues().addFile(broken))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageStartingWith("Cannot read config file");
    Path wrong = file("wrong.conf", "input = [a, b]\nlongread { top-k = 1 }\nseed = null\n");
    OptionValues values = new OptionValues().addCommandLine(with()).addFile(wrong);
    assertThatThrownBy(values::resolve)
        .hasMessageContainingAll(
            "Invalid input: [\"a\",\"b\"] (expected one value)",
            "Invalid option: longread.top-k (unknown",
            "Invalid seed: null (expected a value)");
  }

  @Test
  void aFloorThatNothingIsMeasuredAgainstIsRefused() {
    Map<String, String> options =
        Map.of(
            "input", "i", "output", "o", "model", "m", "task", "score", "min-captured-mass", "0.5");
    assertThatThrownBy(() -> new OptionValues().addCommandLine(options).resolve())
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining("Invalid min-captured-mass: 0.5 (expected 0 where sample-quality");
    OptionValues sampled =
        new OptionValues().addCommandLine(options).addCommandLine(Map.of("sample-quality", "0.1"));
    assertThat(sampled.resolve().limits().minCapturedMass()).isEqualTo(0.5);
  }
}
