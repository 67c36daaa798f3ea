package org.longread.job.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.longread.job.Inputs;

/** Holds dashboard and documentation to the names that a driver really exports. */
class TestDashboard {
  private static final Path DEPLOY = Path.of("..", "deploy");

  /** A metric's name, or a pattern of names between quotes. */
  private static final Pattern NAME = Pattern.compile("metrics_[A-Za-z0-9_.+]*");

  @Test
  void everyQueryNamesGaugesThatAreExported() throws Exception {
    Set<String> exported = exported();
    List<String> queries = queries();
    assertThat(queries).hasSizeGreaterThan(Measure.values().length);
    Set<String> used = new TreeSet<>();
    for (String query : queries) {
      Matcher names = NAME.matcher(query);
      assertThat(names.find()).as(query).isTrue();
      do {
        Pattern name = Pattern.compile(names.group());
        List<String> found = exported.stream().filter(one -> name.matcher(one).matches()).toList();
        assertThat(found).as(query).isNotEmpty();
        used.addAll(found);
      } while (names.find());
    }
    for (Measure measure : Measure.values()) {
      assertThat(used).as("shown").anyMatch(name -> name.endsWith(measure.gauge() + "_Value"));
    }
  }

  @Test
  void everyGaugeIsDocumented() throws Exception {
    String text = Files.readString(DEPLOY.resolve("README.md"));
    Matcher rows = Pattern.compile("(?m)^\\| `(\\w+)` \\|").matcher(text);
    Set<String> documented = new TreeSet<>();
    while (rows.find()) {
      documented.add(rows.group(1));
    }
    List<String> gauges = new ArrayList<>(List.of(DriverSide.EXECUTORS));
    for (Measure measure : Measure.values()) {
      gauges.add(measure.gauge());
    }
    assertThat(documented).containsAll(gauges);
    assertThat(text).contains(PrometheusPage.PREFIX, LongreadPlugin.class.getName());
  }

  private static Set<String> exported() throws IOException, InterruptedException {
    Inputs.spark().stop();
    Set<String> names = new TreeSet<>();
    try (SparkSession spark = PluginRun.session("local[2]", "")) {
      PrometheusPage.await(spark, values -> values.containsKey("executor_driver_enginesOpen"))
          .forEach(
              (name, value) -> {
                if (!value.isNaN()) {
                  names.add(PrometheusPage.PREFIX + name + "_Value");
                }
              });
    }
    return names;
  }

  private static List<String> queries() throws IOException {
    List<String> queries = new ArrayList<>();
    JsonNode board = new ObjectMapper().readTree(DEPLOY.resolve("grafana/longread.json").toFile());
    for (JsonNode panel : board.at("/panels")) {
      for (JsonNode target : panel.at("/targets")) {
        queries.add(target.get("expr").asText());
      }
    }
    return queries;
  }
}
