package org.longread.job.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Chooses the documents a page shows: some of every reason of failure, and some of every length.
 *
 * <p>Among alike documents a hash of the id chooses, so the same table yields the same page. Holds
 * at most the asked number for each length and reason, whatever the size of the table.
 */
final class DocumentSample {
  /** Share of the documents shown that may be failed ones, while others are to be shown. */
  private static final double FAILED_SHARE = 0.2;

  private static final int FAILED_FIRST = 3;
  private static final int MAX_REASONS = 40;
  private static final String OTHER = "other";

  private final int most;
  private final Map<String, NavigableSet<Ranked>> failed = new TreeMap<>();
  private final Map<Integer, NavigableSet<Ranked>> answered = new TreeMap<>();
  private long seen;

  DocumentSample(int most) {
    this.most = most;
  }

  private record Ranked(int rank, long number, SampledDocument document)
      implements Comparable<Ranked> {
    private static final Comparator<Ranked> ORDER =
        Comparator.comparingInt(Ranked::rank).thenComparingLong(Ranked::number);

    @Override
    public int compareTo(Ranked other) {
      return ORDER.compare(this, other);
    }
  }

  void offer(SampledDocument document) {
    if (most == 0) {
      return;
    }
    NavigableSet<Ranked> alike = alike(document);
    alike.add(new Ranked(mix(document.idText().hashCode()), seen++, document));
    if (alike.size() > most) {
      alike.pollLast();
    }
  }

  private NavigableSet<Ranked> alike(SampledDocument document) {
    if (document.failure().isEmpty()) {
      int bits = Long.SIZE - Long.numberOfLeadingZeros(document.tokens());
      return answered.computeIfAbsent(bits, b -> new TreeSet<>());
    }
    boolean known = failed.containsKey(document.failure()) || failed.size() < MAX_REASONS;
    return failed.computeIfAbsent(known ? document.failure() : OTHER, code -> new TreeSet<>());
  }

  /**
   * A few failed documents, then answered ones of every length in turn, then the other failed ones.
   */
  List<SampledDocument> chosen() {
    int available = answered.values().stream().mapToInt(NavigableSet::size).sum();
    int share = Math.max(1, (int) (FAILED_SHARE * most));
    List<SampledDocument> chosen =
        inTurn(failed.values(), Math.min(most, Math.max(share, most - available)));
    List<SampledDocument> others = inTurn(answered.values(), most - chosen.size());
    chosen.addAll(Math.min(FAILED_FIRST, chosen.size()), others);
    return chosen;
  }

  /** The first of each, the second of each, and so on. */
  private static List<SampledDocument> inTurn(Iterable<NavigableSet<Ranked>> groups, int most) {
    List<Iterator<Ranked>> turns = new ArrayList<>();
    groups.forEach(group -> turns.add(group.iterator()));
    List<SampledDocument> chosen = new ArrayList<>();
    while (chosen.size() < most && turns.stream().anyMatch(Iterator::hasNext)) {
      for (Iterator<Ranked> turn : turns) {
        if (turn.hasNext() && chosen.size() < most) {
          chosen.add(turn.next().document());
        }
      }
    }
    return chosen;
  }

  /** Spreads what hash codes of similar ids leave together. */
  private static int mix(int hash) {
    int h = (hash ^ (hash >>> 16)) * 0x85ebca6b;
    h = (h ^ (h >>> 13)) * 0xc2b2ae35;
    return h ^ (h >>> 16);
  }
}
