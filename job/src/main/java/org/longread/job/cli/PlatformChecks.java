package org.longread.job.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.util.VersionInfo;
import org.longread.job.write.ArrowTables;

/** Spark, Hadoop and Arrow on the class path, and where spark-submit would come from. */
final class PlatformChecks {
  private PlatformChecks() {}

  static List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.ok("longread", Version.longread()));
    String spark = Version.spark();
    findings.add(
        spark.startsWith("4.")
            ? Finding.ok("Spark", spark)
            : Finding.fail("Spark", spark, "Longread needs Spark 4"));
    findings.add(sparkHome(System.getenv().getOrDefault("SPARK_HOME", "")));
    findings.add(Finding.ok("Hadoop", VersionInfo.getVersion()));
    findings.add(Finding.ok("Arrow", ArrowTables.version()));
    return findings;
  }

  /** Empty is as good as not set, to deploy/longread too. */
  static Finding sparkHome(String home) {
    if (home.isEmpty()) {
      return Finding.ok("SPARK_HOME", "not set: Spark runs embedded in this process");
    }
    return Files.isExecutable(Path.of(home, "bin", "spark-submit"))
        ? Finding.ok("SPARK_HOME", home + ": spark-submit starts the job")
        : Finding.fail(
            "SPARK_HOME", home + " has no bin/spark-submit", "unset it, or name a Spark home");
  }
}
