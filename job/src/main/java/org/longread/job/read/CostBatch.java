package org.longread.job.read;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Planned costs of some documents, by the hash of their ids; sixteen bytes a document.
 *
 * @param hashes of ids
 * @param costs planned, of the same documents
 * @param nameless how many rows there are besides that have no id: nothing is read of them
 */
@DefaultSerializer(JavaSerializer.class) // where Spark is told to use Kryo
@SuppressWarnings("ArrayRecordComponent") // a column of values; nobody compares batches
record CostBatch(long[] hashes, double[] costs, long nameless) implements Serializable {
  /** Documents in a batch at most. */
  static final int MAX = 1 << 16;

  /** Buckets of costs per octave, as a power of two. */
  private static final int BUCKET_BITS = 6;

  /**
   * What is known of all batches together.
   *
   * @param documents how many have an id
   * @param nameless how many have none
   * @param cost of all
   * @param byBucket documents by {@link #bucket}
   */
  @DefaultSerializer(JavaSerializer.class)
  record Totals(long documents, long nameless, double cost, Map<Integer, Long> byBucket)
      implements Serializable {
    static final Totals NONE = new Totals(0, 0, 0, Map.of());

    Totals plus(Totals other) {
      Map<Integer, Long> sum = new HashMap<>(byBucket);
      other.byBucket.forEach((bucket, count) -> sum.merge(bucket, count, Long::sum));
      return new Totals(
          documents + other.documents, nameless + other.nameless, cost + other.cost, sum);
    }

    /** The lowest bucket such that no more than {@code most} documents are in it and above. */
    int lowestBucket(int most) {
      int lowest = Integer.MAX_VALUE;
      long above = 0;
      for (int bucket : byBucket.keySet().stream().sorted((a, b) -> b - a).toList()) {
        above += byBucket.get(bucket);
        if (above > most) {
          return lowest;
        }
        lowest = bucket;
      }
      return 0;
    }
  }

  /** Rises with the cost, which is not negative. */
  static int bucket(double cost) {
    return (int) (Double.doubleToLongBits(cost) >>> (52 - BUCKET_BITS));
  }

  Totals totals() {
    Map<Integer, Long> byBucket = new HashMap<>();
    for (double cost : costs) {
      byBucket.merge(bucket(cost), 1L, Long::sum);
    }
    return new Totals(hashes.length, nameless, Arrays.stream(costs).sum(), byBucket);
  }

  /** The documents of a bucket and those above it. */
  CostBatch from(int lowestBucket) {
    long[] someHashes = new long[hashes.length];
    double[] someCosts = new double[hashes.length];
    int count = 0;
    for (int i = 0; i < hashes.length; i++) {
      if (bucket(costs[i]) >= lowestBucket) {
        someHashes[count] = hashes[i];
        someCosts[count++] = costs[i];
      }
    }
    return new CostBatch(Arrays.copyOf(someHashes, count), Arrays.copyOf(someCosts, count), 0);
  }

  /** Adds the costs of all documents below a bucket to those of their groups. */
  double[] addGroups(int lowestBucket, double[] groups) {
    for (int i = 0; i < hashes.length; i++) {
      if (bucket(costs[i]) < lowestBucket) {
        groups[group(hashes[i], groups.length)] += costs[i];
      }
    }
    return groups;
  }

  /** The group of an id. */
  static int group(long hash, int groups) {
    return (int) Long.remainderUnsigned(hash, groups);
  }
}
