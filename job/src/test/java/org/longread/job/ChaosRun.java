package org.longread.job;

import java.util.Arrays;
import java.util.Random;
import org.apache.spark.sql.SparkSession;
import org.longread.job.JobConf.Compression;
import org.longread.job.JobConf.Resume;
import org.longread.job.JobConf.Task;

/**
 * A run in a JVM of its own, so that it can be killed: input, output, partitions, what is asked.
 * Spark is as system properties say, embedded if they name no master.
 */
public final class ChaosRun {
  /** The run broke off; as of the command line. */
  static final int FAILED = 1;

  private ChaosRun() {}

  /** What a run asks of its documents. */
  enum Asked {
    /** A score of each. */
    SCORE {
      @Override
      RunBuilder builder(String input, String output, String partitions) {
        return ChaosRun.builder(input, output, partitions);
      }
    },
    /** Two answers with evidence, written compressed. */
    ANSWERS {
      @Override
      RunBuilder builder(String input, String output, String partitions) {
        return ChaosRun.builder(input, output, partitions)
            .task(Task.GENERATE)
            .questions("questions")
            .evidence(2)
            .compression(Compression.ZSTD);
      }
    };

    abstract RunBuilder builder(String input, String output, String partitions);
  }

  /** Runs; status 0 if the run is complete. */
  public static void main(String[] arguments) {
    FaultyFileSystem.configure(session().sparkContext().hadoopConfiguration());
    try {
      Asked asked = arguments.length > 3 ? Asked.valueOf(arguments[3]) : Asked.SCORE;
      InferenceJob.run(session(), asked.builder(arguments[0], arguments[1], arguments[2]).conf());
    } catch (FailedRunException e) {
      System.err.println("longread: " + e.getMessage());
      System.exit(FAILED);
    }
    session().stop();
  }

  private static SparkSession session() {
    return System.getProperty("spark.master", "").isEmpty()
        ? Inputs.spark()
        : SparkSession.builder().getOrCreate();
  }

  static RunBuilder builder(String input, String output, String partitions) {
    return RunBuilder.at(output)
        .input(input)
        .task(Task.SCORE)
        .partitions(Integer.parseInt(partitions))
        .resume(Resume.SKIP_FAILED, 0);
  }

  /** Columns of {@link #asked}. */
  static final String ASKED = "id string, text string, questions array<string>";

  /** Documents with two questions each. */
  static Object[][] asked(Object[][] documents) {
    String[] questions = {" Which word is last? ", " Which is first? "};
    return Arrays.stream(documents)
        .map(row -> Inputs.row(row[0], row[1], questions))
        .toArray(Object[][]::new);
  }

  /** Documents of some words, the sixth without text; the same every time. */
  static Object[][] documents(int count, int words) {
    Object[][] rows = new Object[count][];
    Random random = new Random(7);
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder();
      for (int word = 0; word < words; word++) {
        text.append(Integer.toString(random.nextInt(1 << 20), 36)).append(' ');
      }
      rows[i] = Inputs.row("d" + i, i == 5 ? null : text.toString());
    }
    return rows;
  }
}
