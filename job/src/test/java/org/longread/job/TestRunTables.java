package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.longread.job.JobConf.Compression;
import org.longread.job.JobConf.Task;
import org.longread.job.write.ArrowTables;

/** The tables that a run writes, as {@code format("arrow")} reads them: value by value the same. */
class TestRunTables {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void theSourceReadsWhatARunWrote(Compression compression) throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"),
            2,
            "id string, text string, questions array<string>",
            Inputs.row("a", "In the beginning", List.of("Who? ", "What? ")),
            Inputs.row("é", "And it came to pass", List.of("When? ")),
            Inputs.row("failed", null, List.of("Why? ")));
    Path output = folder.resolve("out");
    new RunBuilder(output)
        .task(Task.GENERATE)
        .questions("questions")
        .evidence(2)
        .sampleQuality(1)
        .usdPerHour(1)
        .partitions(2)
        .compression(compression)
        .input(input)
        .run(Inputs.spark());
    for (String table : List.of("results", "stats")) {
      List<Map<String, Object>> wrote = new ArrayList<>();
      ArrowTables.forEachRow(output.resolve(table), wrote::add);
      List<Row> read =
          Inputs.spark()
              .read()
              .format("arrow")
              .load(output.resolve(table).toString())
              .collectAsList();
      assertThat(wrote).hasSizeGreaterThan(1);
      assertThat(read.stream().map(TestRunTables::plain).toList())
          .containsExactlyInAnyOrderElementsOf(wrote);
    }
  }

  private static Object plain(Object value) {
    if (value instanceof Row row) {
      return plain(row);
    }
    if (value instanceof scala.collection.Seq<?> items) {
      List<Object> list = new ArrayList<>();
      items.foreach(item -> list.add(plain(item)));
      return list;
    }
    return value;
  }

  private static Map<String, Object> plain(Row row) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < row.size(); i++) {
      values.put(row.schema().fieldNames()[i], plain(row.get(i)));
    }
    return values;
  }
}
