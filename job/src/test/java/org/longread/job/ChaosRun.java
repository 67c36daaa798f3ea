package org.longread.job;

import java.nio.file.Path;
import org.longread.job.JobConf.Resume;
import org.longread.job.JobConf.Task;

/** A run in a JVM of its own, so that it can be killed: input, output, partitions. */
public final class ChaosRun {
  private ChaosRun() {}

  /** Runs; status 0 if the run is complete. */
  public static void main(String[] arguments) {
    InferenceJob.run(
        Inputs.spark(), builder(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2]).conf());
    Inputs.spark().stop();
  }

  static RunBuilder builder(Path input, Path output, String partitions) {
    return new RunBuilder(output)
        .input(input)
        .task(Task.SCORE)
        .partitions(Integer.parseInt(partitions))
        .resume(Resume.SKIP_FAILED, 0);
  }
}
