package org.longread.job;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.longread.job.read.BalancedPartitions.DocumentCost;
import org.longread.kernels.ops.DeviceRequest;

/**
 * What executors need to answer documents whose rows go back to Spark instead of into files:
 * options and model, checked on the driver. Two plans are equal if they answer alike.
 */
public final class InferencePlan implements Serializable {
  private static final long serialVersionUID = 1L;

  private final JobConf conf;
  private final EngineSpec engine;
  private final RunPlan.Price price;
  private final DocumentCost cost;
  private final Broadcast<SerializableConfiguration> hadoop;

  private InferencePlan(
      JobConf conf,
      EngineSpec engine,
      RunPlan.Price price,
      DocumentCost cost,
      Broadcast<SerializableConfiguration> hadoop) {
    this.conf = conf;
    this.engine = engine;
    this.price = price;
    this.cost = cost;
    this.hadoop = hadoop;
  }

  /**
   * Checks a model for these options as a run does; no document is read.
   *
   * @param conf its input and output paths are not looked at
   * @throws InvalidRunException if model, tokenizer or backend cannot be used
   */
  public static InferencePlan check(SparkSession spark, JobConf conf) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    RunModel model = RunModel.check(conf, context.sc());
    return new InferencePlan(
        conf,
        model.spec(),
        RunPlan.Price.of(conf, context.sc()),
        model.cost(conf, List.of()),
        context.broadcast(new SerializableConfiguration(context.hadoopConfiguration())));
  }

  /**
   * The engine of this JVM, ready to answer; the caller closes it.
   *
   * @throws RuntimeException if model or backend cannot be opened, saying why
   */
  public LeasedInference open() {
    Configuration configuration = hadoop.value().value();
    // On literals alone Spark calls a function on the driver, outside any task.
    TaskContext context = TaskContext.get();
    DeviceRequest device =
        context == null
            ? ExecutorDevice.asked(conf.engine())
            : ExecutorDevice.of(conf.engine(), context.resourcesJMap());
    ExecutorEngine shared = ExecutorEngine.lease(engine, conf.engine(), device, configuration);
    try {
      DocumentInference inference = DocumentInference.of(shared, engine, conf, price, cost);
      return new LeasedInference(shared, inference, conf.engine().maxBatchSequences());
    } catch (RuntimeException e) {
      shared.close();
      throw e;
    }
  }

  @Override
  public String toString() {
    return engine.model();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InferencePlan plan
        && conf.equals(plan.conf)
        && engine.equals(plan.engine)
        && price.equals(plan.price);
  }

  @Override
  public int hashCode() {
    return Objects.hash(conf, engine);
  }
}
