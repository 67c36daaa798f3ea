package org.longread.job.read;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/**
 * Documents dealt to partitions of about equal planned cost, the longest first within each.
 *
 * <p>Documents are sorted by cost and id, so the deal depends on neither the order nor the files
 * they came in. Up to {@value #MAX_PACKED} documents are packed exactly, from their costs alone;
 * more are dealt forth and back.
 *
 * @param documents the documents, partitioned
 * @param partitions how many partitions
 * @param count how many documents
 * @param totalCost planned cost of all
 */
public record BalancedPartitions(
    JavaRDD<Document> documents, int partitions, long count, double totalCost) {
  private static final int MAX_PACKED = 4_000_000;

  /** Partitions for each slot of the cluster, unless told otherwise. */
  private static final int PER_SLOT = 4;

  /**
   * Sorts and deals.
   *
   * @param partitions how many; 0 takes four for each task slot, but no more than documents
   */
  public static BalancedPartitions of(
      JavaRDD<Document> documents, DocumentCost cost, int partitions) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(documents.context());
    int slots = Math.max(1, spark.defaultParallelism());
    JavaPairRDD<Rank, Document> ranked =
        documents
            .mapToPair(
                document -> new Tuple2<>(new Rank(cost.of(document), document.id()), document))
            .sortByKey(true, slots);
    JavaPairRDD<Long, Document> placed =
        ranked.zipWithIndex().mapToPair(entry -> new Tuple2<>(entry._2(), entry._1()._2()));
    long count = ranked.count();
    int bins =
        partitions > 0 ? partitions : (int) Math.max(1, Math.min(count, (long) PER_SLOT * slots));
    double[] costs = count > MAX_PACKED ? null : toArray(ranked.keys().map(Rank::cost).collect());
    double total =
        costs == null
            ? ranked.mapToDouble(entry -> entry._1().cost()).sum()
            : Arrays.stream(costs).sum();
    Deal deal = new Deal(bins, costs == null ? null : BinPacking.longestFirst(costs, bins));
    return new BalancedPartitions(
        placed.repartitionAndSortWithinPartitions(deal).values(), bins, count, total);
  }

  private static double[] toArray(List<Double> costs) {
    return costs.stream().mapToDouble(Double::doubleValue).toArray();
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
      int asked = Math.max(1, document.questions().size());
      for (String question : document.questions()) {
        units += question == null ? 0 : question.length();
      }
      return cost.ofTokens(units * tokensPerUnit + (double) asked * newTokens);
    }
  }

  /** Order of documents: cost falling, then id, null last. */
  @DefaultSerializer(JavaSerializer.class) // where Spark is told to use Kryo
  @SuppressWarnings("serial") // id is a String or a boxed number
  record Rank(double cost, Object id) implements Comparable<Rank>, Serializable {
    @Override
    public int compareTo(Rank other) {
      int byCost = Double.compare(other.cost, cost);
      return byCost != 0 ? byCost : compareIds(id, other.id);
    }

    @SuppressWarnings("unchecked") // ids of one column have one type
    private static int compareIds(Object a, Object b) {
      if (a == null || b == null) {
        return Boolean.compare(a == null, b == null);
      }
      return ((Comparable<Object>) a).compareTo(b);
    }
  }

  /** Sends rank to bin. */
  private static final class Deal extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int bins;
    private final int[] dealt;

    Deal(int bins, int[] dealt) {
      this.bins = bins;
      this.dealt = dealt;
    }

    @Override
    public int numPartitions() {
      return bins;
    }

    @Override
    public int getPartition(Object rank) {
      long i = (Long) rank;
      return dealt == null ? BinPacking.snake(i, bins) : dealt[Math.toIntExact(i)];
    }
  }
}
