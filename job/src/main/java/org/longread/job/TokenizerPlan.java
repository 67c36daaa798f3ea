package org.longread.job;

import java.io.Serializable;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.longread.job.read.DocumentTokenizer;
import org.longread.kernels.checkpoint.CheckpointException;

/** Where executors find a model's tokenizer, which they open without the model itself. */
public final class TokenizerPlan implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String model;
  private final Broadcast<SerializableConfiguration> hadoop;

  private TokenizerPlan(String model, Broadcast<SerializableConfiguration> hadoop) {
    this.model = model;
    this.hadoop = hadoop;
  }

  /**
   * Finds the model folder and opens its tokenizer once.
   *
   * @throws InvalidRunException if there is none, or it cannot be read
   */
  public static TokenizerPlan check(SparkSession spark, String model) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Configuration hadoop = context.hadoopConfiguration();
    Path folder = ModelFolder.onThisHost(model, hadoop);
    try {
      DocumentTokenizer.open(folder).close();
    } catch (CheckpointException | IllegalArgumentException e) {
      throw new InvalidRunException(e.getMessage(), e);
    }
    return new TokenizerPlan(
        RunModel.location(model, folder), context.broadcast(new SerializableConfiguration(hadoop)));
  }

  /** The tokenizer; the caller closes it. */
  public DocumentTokenizer open() {
    return DocumentTokenizer.open(ModelFolder.onThisHost(model, hadoop.value().value()));
  }

  @Override
  public String toString() {
    return model;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenizerPlan plan && model.equals(plan.model);
  }

  @Override
  public int hashCode() {
    return model.hashCode();
  }
}
