package org.longread.job;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.longread.job.read.IdType;
import org.longread.job.write.OutputFolder;

/**
 * What every Spark task of a run knows.
 *
 * @param conf the validated options
 * @param engine what is read with
 * @param output where files go
 * @param idType type of the id column
 * @param price of a Spark task's time
 */
record RunPlan(JobConf conf, EngineSpec engine, OutputFolder output, IdType idType, Price price)
    implements Serializable {

  /** The plan of a run; an executor's price is shared by its slots. */
  static RunPlan of(
      JobConf conf, RunModel model, OutputFolder output, IdType idType, SparkContext spark) {
    return new RunPlan(conf, model.spec(), output, idType, Price.of(conf, spark));
  }

  /**
   * What a Spark task's time costs.
   *
   * @param usdPerHour of a whole executor; 0 if unknown
   * @param slots Spark tasks an executor runs at once, which share its price
   */
  record Price(double usdPerHour, int slots) implements Serializable {
    private static final double NANOS_PER_HOUR = 3.6e12;

    static Price of(JobConf conf, SparkContext spark) {
      int slots =
          EngineSpec.executorThreads(spark.getConf())
              / spark.getConf().getInt("spark.task.cpus", 1);
      return new Price(conf.reporting().usdPerHour(), Math.max(1, slots));
    }

    boolean isKnown() {
      return usdPerHour > 0;
    }

    /** Dollars for so much time of one Spark task; NaN if unknown. */
    double ofNanos(long nanos) {
      return isKnown() ? nanos * usdPerHour / NANOS_PER_HOUR / slots : Double.NaN;
    }
  }
}
