package org.longread.job.sql;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.longread.job.InferencePlan;
import org.longread.job.JobConf;
import org.longread.job.JobConf.Task;
import org.longread.job.TokenizerPlan;
import org.longread.job.sql.FaceOptions.Argument;

/**
 * What functions of one set of options answer with. A model is checked once for the same options:
 * Spark analyses a query more than once, and a check reads the whole model.
 *
 * <p>On the driver. Options not given here are the session's at the time of the call.
 */
final class Plans {
  private final Map<String, String> given;
  private final String where;
  private final Map<JobConf, InferencePlan> checked = new HashMap<>();
  private final Map<String, TokenizerPlan> tokenizers = new HashMap<>();

  Plans(Map<String, String> given, String where) {
    this.given = Map.copyOf(given);
    this.where = where;
  }

  /**
   * Documents answered with the options as they are now.
   *
   * @throws org.longread.job.InvalidRunException if options or model are invalid
   */
  synchronized DocumentCalls documents(Task task, Argument second) {
    SparkSession spark = SparkSession.active();
    JobConf conf = FaceOptions.ofFunction(spark, task, second, given, where);
    InferencePlan plan = checked.get(conf);
    if (plan == null) {
      plan = InferencePlan.check(spark, conf);
      checked.put(conf, plan);
    }
    return new DocumentCalls(plan, second);
  }

  /**
   * Texts tokenised with the model of the options as they are now.
   *
   * @throws org.longread.job.InvalidRunException if options or tokenizer are invalid
   */
  synchronized TokenizerCalls tokenizer() {
    SparkSession spark = SparkSession.active();
    JobConf conf = FaceOptions.ofFunction(spark, Task.EMBED, Argument.NONE, given, where);
    String model = conf.engine().model();
    TokenizerPlan plan = tokenizers.get(model);
    if (plan == null) {
      plan = TokenizerPlan.check(spark, model);
      tokenizers.put(model, plan);
    }
    return new TokenizerCalls(plan);
  }
}
