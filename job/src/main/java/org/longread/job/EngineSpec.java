package org.longread.job;

import java.io.Serializable;
import org.apache.spark.SparkContext;

/**
 * The engine every executor opens, as the driver found it.
 *
 * @param model where it is, as given: a local path or any Hadoop path
 * @param sha256 of its files
 * @param tokenizes whether the run needs its tokenizer
 * @param threads threads of an executor that may compute at once
 */
record EngineSpec(String model, String sha256, boolean tokenizes, int threads)
    implements Serializable {

  /** Processors an executor of this cluster is given. */
  static int executorThreads(SparkContext spark) {
    return spark.isLocal()
        ? spark.defaultParallelism()
        : spark.getConf().getInt("spark.executor.cores", 1);
  }
}
