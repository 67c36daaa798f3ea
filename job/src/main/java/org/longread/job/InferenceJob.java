package org.longread.job;

import org.apache.spark.package$;
import org.longread.kernels.EngineModule;

/** The command line's entry. So far it only says what it runs on. */
public final class InferenceJob {
  private InferenceJob() {}

  /** Prints the versions in use. */
  public static void main(String[] arguments) {
    System.out.println(describe());
  }

  static String describe() {
    return "Longread on Spark %s, JDK %d, vector module %s"
        .formatted(
            package$.MODULE$.SPARK_VERSION(),
            Runtime.version().feature(),
            EngineModule.hasVectorModule() ? "present" : "absent");
  }
}
