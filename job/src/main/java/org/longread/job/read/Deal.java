package org.longread.job.read;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which partition reads which document, and when: a function of the id's hash, small enough for
 * every executor to hold. The heaviest partition is the first, since Spark starts tasks in that
 * order; within it the costliest document is.
 *
 * <p>The costliest documents are dealt one by one. Those too many to be named go in groups, by
 * their hashes, each group dealt as one, and are read last.
 *
 * @param hashes of documents dealt one by one, rising
 * @param partitions of these documents
 * @param turns of these documents, by cost falling
 * @param groups the partition of every group of the others
 * @param loads planned cost of every partition
 */
@DefaultSerializer(JavaSerializer.class) // where Spark is told to use Kryo
@SuppressWarnings("ArrayRecordComponent") // lookup tables; nobody compares deals
record Deal(long[] hashes, int[] partitions, int[] turns, int[] groups, double[] loads)
    implements Serializable {
  /** Documents dealt one by one. */
  static final int MAX_NAMED = 1 << 17;

  /** Groups of the others. */
  static final int GROUPS = 1 << 16;

  private record Item(double cost, long hash, int group) {
    private static final int NO_GROUP = -1;

    boolean isNamed() {
      return group == NO_GROUP;
    }
  }

  /** Everything into one partition, in order of hashes. */
  static Deal single() {
    return new Deal(new long[0], new int[0], new int[0], new int[1], new double[1]);
  }

  /**
   * Deals.
   *
   * @param named costs of documents to deal one by one; of an id that is there twice, the sum
   * @param groups costs of groups, at least one group
   */
  static Deal of(List<CostBatch> named, double[] groups, int partitions) {
    List<Item> items = items(named, groups);
    double[] costs = items.stream().mapToDouble(Item::cost).toArray();
    int[] dealt = BinPacking.longestFirst(costs, partitions);
    double[] loads = BinPacking.loads(costs, dealt, partitions);
    int[] order = BinPacking.heaviestFirst(loads);
    int lightest = partitions - 1;
    int[] groupsDealt = new int[groups.length];
    Arrays.fill(groupsDealt, lightest);
    Map<Long, Integer> turns = new TreeMap<>();
    for (int i = 0; i < dealt.length; i++) {
      if (items.get(i).isNamed()) {
        turns.put(items.get(i).hash(), i);
      } else {
        groupsDealt[items.get(i).group()] = order[dealt[i]];
      }
    }
    double[] falling = new double[partitions];
    for (int bin = 0; bin < partitions; bin++) {
      falling[order[bin]] = loads[bin];
    }
    return new Deal(
        turns.keySet().stream().mapToLong(Long::longValue).toArray(),
        turns.values().stream().mapToInt(turn -> order[dealt[turn]]).toArray(),
        turns.values().stream().mapToInt(Integer::intValue).toArray(),
        groupsDealt,
        falling);
  }

  /** Costs falling; what decides ties depends on the documents alone. */
  private static List<Item> items(List<CostBatch> named, double[] groups) {
    Map<Long, Double> costs = new TreeMap<>();
    for (CostBatch batch : named) {
      for (int i = 0; i < batch.hashes().length; i++) {
        costs.merge(batch.hashes()[i], batch.costs()[i], Double::sum);
      }
    }
    List<Item> items = new ArrayList<>(costs.size());
    costs.forEach((hash, cost) -> items.add(new Item(cost, hash, Item.NO_GROUP)));
    for (int group = 0; group < groups.length; group++) {
      if (groups[group] > 0) {
        items.add(new Item(groups[group], 0, group));
      }
    }
    items.sort(
        Comparator.comparingDouble(Item::cost)
            .reversed()
            .thenComparingInt(Item::group)
            .thenComparingLong(Item::hash));
    return items;
  }

  /** Where a row of a document goes. */
  Place place(long hash, InputRow row) {
    long part = row.part() == null ? 0 : row.part();
    int at = Arrays.binarySearch(hashes, hash);
    return at >= 0
        ? new Place(partitions[at], turns[at], hash, row.id(), part)
        : new Place(
            groups[CostBatch.group(hash, groups.length)], Integer.MAX_VALUE, hash, row.id(), part);
  }
}
