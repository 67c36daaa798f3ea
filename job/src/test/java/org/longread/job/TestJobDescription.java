package org.longread.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestJobDescription {
  private static final String PROPERTY = "spark.job.description";

  @TempDir Path folder;

  @Test
  void sparkSaysWhatEachJobIsForAndThenWhatItSaidBefore() throws Exception {
    Path input =
        Inputs.write(
            folder.resolve("in"),
            1,
            "id string, text string",
            Inputs.row("a", "In the beginning"),
            Inputs.row("b", "was the word"));
    SparkSession spark = Inputs.spark();
    List<String> said = Collections.synchronizedList(new ArrayList<>());
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            said.add(String.valueOf(start.properties().getProperty(PROPERTY)));
          }
        };
    spark.sparkContext().setJobDescription("the notebook's own");
    spark.sparkContext().addSparkListener(listener);
    try {
      new RunBuilder(folder.resolve("out")).input(input).partitions(2).run(spark);
      spark.sparkContext().listenerBus().waitUntilEmpty();
      assertThat(spark.sparkContext().getLocalProperty(PROPERTY)).isEqualTo("the notebook's own");
    } finally {
      spark.sparkContext().removeSparkListener(listener);
      spark.sparkContext().setLocalProperty(PROPERTY, null);
    }
    assertThat(said)
        .contains(
            "Longread: looks at lengths and ids in " + input,
            "Longread: score of 2 documents in 2 partitions of about equal cost, the heaviest first",
            "Longread: publishes to " + folder.resolve("out"));
  }
}
