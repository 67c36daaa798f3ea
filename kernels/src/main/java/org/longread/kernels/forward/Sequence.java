package org.longread.kernels.forward;

import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.IndexPrecision;

/**
 * One sequence as the layers see it: its cache, how it attends, and what is measured on the way.
 * Used by one thread at a time.
 */
public final class Sequence {
  private final Policy policy;
  private final LatentCache cache;
  private final StageCounters counters = new StageCounters();
  private final QualityMeter quality = new QualityMeter();
  private final SelectionWatch watch = new SelectionWatch();
  private final EvidenceMeter evidence;
  private int length;
  private boolean whole = true;

  /**
   * How a sequence attends.
   *
   * @param topK tokens a query keeps; {@link Integer#MAX_VALUE} for dense attention
   * @param sampleQuality share of positions compared with dense attention
   * @param precision of index keys and scores
   * @param indexReuse consecutive layers that share the first one's selection; 1 if none do
   */
  public record Policy(int topK, double sampleQuality, IndexPrecision precision, int indexReuse) {
    /** A policy by which every layer selects for itself. */
    public Policy(int topK, double sampleQuality, IndexPrecision precision) {
      this(topK, sampleQuality, precision, 1);
    }

    /** Attention to every earlier token; the indexer does not run. */
    public boolean isDense() {
      return topK == Integer.MAX_VALUE;
    }

    /**
     * Whether a layer has index keys and selects, rather than take an earlier layer's selection.
     */
    boolean indexes(int layer) {
      return !isDense() && layer % indexReuse == 0;
    }

    /**
     * Position from which rows that are prefilled gather their selection; before it they attend
     * expanded, to everything or under a mask.
     */
    int gatherFrom(AttentionShape shape) {
      return isDense() ? Integer.MAX_VALUE : Math.max(topK, Flops.gatherFrom(shape, topK));
    }

    boolean samples(int position) {
      return sampleQuality > 0 && position >= topK && uniform(position) < sampleQuality;
    }

    /** A fixed number in [0, 1) for each position (SplitMix64's finalizer). */
    private static double uniform(int position) {
      long z = (position + 1) * 0x9E3779B97F4A7C15L;
      z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
      z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
      return ((z ^ z >>> 31) >>> 11) * 0x1p-53;
    }
  }

  private Sequence(Policy policy, LatentCache cache, EvidenceMeter evidence, int length) {
    this.policy = policy;
    this.cache = cache;
    this.evidence = evidence;
    this.length = length;
  }

  /** An empty sequence. */
  public Sequence(Policy policy, LatentCache cache) {
    this(policy, cache, new EvidenceMeter(), 0);
  }

  /** A sequence whose cache already holds {@code length} tokens. */
  public static Sequence resume(Policy policy, LatentCache cache, int length) {
    return new Sequence(policy, cache, new EvidenceMeter(), length);
  }

  /**
   * An independent continuation; measurements start anew.
   *
   * @throws IllegalStateException if a pass over this sequence did not finish
   */
  public Sequence fork() {
    requireWhole();
    return new Sequence(policy, cache.fork(), evidence.fork(), length);
  }

  /** Tokens that went through all layers. */
  public int length() {
    return length;
  }

  /** Before caches grow: until {@link #advance}, they are longer in some layers than in others. */
  void begin() {
    requireWhole();
    if (isReadOnce() && length > 0) {
      throw new IllegalStateException("Cannot read on: the sequence was opened to be read once");
    }
    whole = false;
  }

  /** Whether it can be read further once it has been read. */
  boolean isReadOnce() {
    return cache.isPassing();
  }

  void advance(int tokens) {
    length += tokens;
    whole = true;
  }

  private void requireWhole() {
    if (!whole) {
      throw new IllegalStateException(
          "Cannot continue the sequence: an earlier pass failed after "
              + length
              + " tokens and left its caches unequal (expected it to be closed)");
    }
  }

  /** How it attends. */
  public Policy policy() {
    return policy;
  }

  /** Its latent cache. */
  public LatentCache cache() {
    return cache;
  }

  /** Time and work. */
  public StageCounters counters() {
    return counters;
  }

  /** Comparison with dense attention. */
  public QualityMeter quality() {
    return quality;
  }

  /** What was seen of selections. */
  public SelectionWatch watch() {
    return watch;
  }

  /** Attention weight received by each token. */
  public EvidenceMeter evidence() {
    return evidence;
  }
}
