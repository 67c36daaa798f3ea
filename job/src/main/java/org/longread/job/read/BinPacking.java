package org.longread.job.read;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/** Deals jobs of known cost to bins so that the fullest bin is little fuller than the mean. */
final class BinPacking {
  private BinPacking() {}

  private record Bin(int index, double load) {}

  /**
   * Longest processing time first (Graham, 1969): each cost goes to the bin of least load, the
   * lowest on ties.
   *
   * @param costs falling
   * @return the bin of every cost
   */
  static int[] longestFirst(double[] costs, int bins) {
    PriorityQueue<Bin> least =
        new PriorityQueue<>(Comparator.comparingDouble(Bin::load).thenComparingInt(Bin::index));
    for (int bin = 0; bin < bins; bin++) {
      least.add(new Bin(bin, 0));
    }
    int[] dealt = new int[costs.length];
    for (int i = 0; i < costs.length; i++) {
      Bin bin = least.remove();
      dealt[i] = bin.index();
      least.add(new Bin(bin.index(), bin.load() + costs[i]));
    }
    return dealt;
  }

  /** Load of every bin. */
  static double[] loads(double[] costs, int[] dealt, int bins) {
    double[] loads = new double[bins];
    for (int i = 0; i < costs.length; i++) {
      loads[dealt[i]] += costs[i];
    }
    return loads;
  }

  /** The place of every bin when the fullest is first; the lowest is on ties. */
  static int[] heaviestFirst(double[] loads) {
    int[] places = new int[loads.length];
    int[] bins =
        IntStream.range(0, loads.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer bin) -> loads[bin]).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
    for (int place = 0; place < bins.length; place++) {
      places[bins[place]] = place;
    }
    return places;
  }
}
