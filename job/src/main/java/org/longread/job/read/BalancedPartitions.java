package org.longread.job.read;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.longread.job.read.CostBatch.Totals;
import scala.Tuple2;

/**
 * Documents dealt to partitions of about equal planned cost, the longest first within each.
 *
 * <p>The deal is made from ids and lengths alone and depends on neither the order nor the files
 * documents came in. Text moves once, straight to its partition, parts of a document to the same
 * one. What the driver holds is bounded, however many documents there are: see {@link Deal}.
 *
 * @param documents the documents, partitioned
 * @param partitions how many partitions
 * @param count how many documents
 * @param totalCost planned cost of all
 * @param heaviestCost planned cost of the heaviest partition, the first
 */
public record BalancedPartitions(
    JavaRDD<Document> documents,
    int partitions,
    long count,
    double totalCost,
    double heaviestCost) {
  /** Partitions for each slot of the cluster, unless told otherwise. */
  private static final int PER_SLOT = 4;

  /** Executors planned for where nothing says how many there may be. */
  static final int UNBOUNDED_EXECUTORS = 100;

  /**
   * Plans and deals; reads no text yet.
   *
   * @param partitions how many; 0 takes four for each task slot there is or may be, but no more
   *     than documents
   */
  public static BalancedPartitions of(DocumentSource source, DocumentCost cost, int partitions) {
    JavaRDD<CostBatch> costs = source.costs(cost).persist(StorageLevel.MEMORY_AND_DISK());
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(costs.context());
    Totals totals = costs.map(CostBatch::totals).fold(Totals.NONE, Totals::plus);
    int lowest = totals.lowestBucket(Deal.MAX_NAMED);
    double[] groups = lowest == 0 ? new double[1] : groups(costs, lowest);
    long count = totals.documents() + totals.nameless();
    int bins = partitions > 0 ? partitions : Math.toIntExact(chosen(count, spark));
    Deal deal = Deal.of(costs.map(batch -> batch.from(lowest)).collect(), groups, bins);
    costs.unpersist(false);
    long repeated = lowest == 0 ? totals.documents() - deal.hashes().length : 0;
    return new BalancedPartitions(
        dealt(source, spark.broadcast(deal), bins),
        bins,
        count - repeated,
        totals.cost(),
        deal.loads()[0]);
  }

  /** How much heavier the heaviest partition is than the mean, as planned. */
  public double unevenness() {
    return totalCost == 0 ? 1 : heaviestCost / (totalCost / partitions);
  }

  private static double[] groups(JavaRDD<CostBatch> costs, int lowest) {
    return costs
        .mapPartitions(
            batches -> {
              double[] groups = new double[Deal.GROUPS];
              batches.forEachRemaining(batch -> batch.addGroups(lowest, groups));
              return List.of(groups).iterator();
            })
        .treeReduce(
            (a, b) -> {
              Arrays.setAll(a, i -> a[i] + b[i]);
              return a;
            });
  }

  private static long chosen(long documents, JavaSparkContext spark) {
    return Math.max(
        1, Math.min(documents, PER_SLOT * slots(spark.getConf(), spark.defaultParallelism())));
  }

  /**
   * Tasks that may run at once, on executors that are still to come, too: dynamic allocation starts
   * with few and asks for as many as there are tasks.
   *
   * @param atStart how many may run now
   */
  static long slots(SparkConf conf, int atStart) {
    long perExecutor =
        Math.max(1, conf.getInt("spark.executor.cores", 1) / conf.getInt("spark.task.cpus", 1));
    int expected = conf.getInt("spark.executor.instances", 0);
    if (conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
      expected = conf.getInt("spark.dynamicAllocation.maxExecutors", Integer.MAX_VALUE);
      expected = expected == Integer.MAX_VALUE ? UNBOUNDED_EXECUTORS : expected;
    }
    return Math.max(Math.max(1, atStart), expected * perExecutor);
  }

  /** Documents of one partition or several, as dealt. */
  static JavaRDD<Document> dealt(DocumentSource source, Broadcast<Deal> deal, int partitions) {
    AdjacentRows.Rule rule = source.sameId();
    return source
        .placedRows(deal)
        .mapToPair(row -> new Tuple2<>(row._1(), row._2()))
        .repartitionAndSortWithinPartitions(new ByPlace(partitions))
        .values()
        .mapPartitions(rows -> new AdjacentRows(rows, rule));
  }

  /**
   * Estimates the cost of a document from its length alone.
   *
   * @param tokensPerUnit tokens per byte of text; 1 for token input
   * @param newTokens tokens that may be generated per question
   */
  public record DocumentCost(PlannedCost cost, double tokensPerUnit, int newTokens)
      implements Serializable {
    /** The planned cost of a document. */
    public double of(Document document) {
      double units = document.length();
      for (String question : document.questions()) {
        units += question == null ? 0 : question.length();
      }
      return of(units, document.questions().size());
    }

    /**
     * The planned cost of a document.
     *
     * @param units its length and that of its questions
     */
    double of(double units, int questions) {
      return cost.ofTokens(units * tokensPerUnit + (double) Math.max(1, questions) * newTokens);
    }
  }

  /** Sends rows where their place says. */
  private static final class ByPlace extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int partitions;

    ByPlace(int partitions) {
      this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
      return partitions;
    }

    @Override
    public int getPartition(Object place) {
      return ((Place) place).partition();
    }
  }
}
