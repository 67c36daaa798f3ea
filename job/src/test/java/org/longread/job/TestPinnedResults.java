package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.longread.job.JobConf.Task;

/**
 * Results are the same bytes on every JDK, and stay so from version to version: every JDK's tests
 * compare them with what is written here. Where a change to the code means to give others, {@code
 * results} in version.properties rises with the sums here, so that no run is resumed with it.
 */
class TestPinnedResults {
  private static final String VERSION = "1";
  private static final int DOCUMENTS = 6;

  @TempDir Path folder;

  @Test
  void resultsAreWhatTheyWereOnAnyJdk() throws Exception {
    assertThat(RunFingerprint.resultsVersion()).isEqualTo(VERSION);
    Path input = Inputs.needles(folder.resolve("in"), DOCUMENTS);
    RunBuilder answers = run("answers", input).questions("questions").evidence(2);
    List<String> sums =
        List.of(
            sha256(answers.task(Task.GENERATE).sampleQuality(0.1)),
            sha256(run("scores", input).task(Task.SCORE).sampleQuality(0.1)),
            sha256(run("vectors", input).task(Task.EMBED)));
    assertThat(sums)
        .containsExactly(
            "85e1457054b7c473ae937fc0a3e0a8203fecbb7a925a33c557b33c5f311159e5",
            "23931ec8a7f70d704dd06c77df7253b72faf88d33ea761f7f5fa6d263e7f0d23",
            "7ca025974adfd79b78dba97d5b7ebe8699b2de989a007680f7fc289951e2964b");
  }

  private RunBuilder run(String output, Path input) {
    return new RunBuilder(folder.resolve(output)).input(input);
  }

  /** Of the rows in their order, columns by name, numbers to the last bit. */
  private static String sha256(RunBuilder run) throws Exception {
    List<ArrowRow> rows = run.run(Inputs.spark());
    assertThat(rows).hasSize(DOCUMENTS).allMatch(row -> row.text("status").equals("ok"));
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (ArrowRow row : rows) {
      digest.update(canonical(row.values()).getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Numbers by their bits: how they are written depends on the JDK. */
  private static String canonical(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> entry.getKey() + "=" + canonical(entry.getValue()))
          .sorted()
          .collect(Collectors.joining(",", "{", "}"));
    }
    if (value instanceof List<?> list) {
      return list.stream()
          .map(TestPinnedResults::canonical)
          .collect(Collectors.joining(",", "[", "]"));
    }
    if (value instanceof Double number) {
      return Long.toHexString(Double.doubleToRawLongBits(number));
    }
    return value instanceof Float number
        ? Integer.toHexString(Float.floatToRawIntBits(number))
        : String.valueOf(value);
  }
}
