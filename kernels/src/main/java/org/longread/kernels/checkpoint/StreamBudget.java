package org.longread.kernels.checkpoint;

/**
 * How memory for streamed weights is divided: what is small beside it stays, the rest is for parts
 * that come and go.
 *
 * @param movingBytes for parts that come and go
 */
public record StreamBudget(long movingBytes, boolean embeddingStays, boolean headStays) {
  /** Parts up to this share of the memory stay: reading them again would gain little. */
  private static final int STAYING_SHARE = 8;

  /** The division of {@code bytes}, which are at least the least. */
  public static StreamBudget of(WeightSizes sizes, long bytes) {
    long spare = bytes - leastBytes(sizes);
    boolean embedding = stays(sizes.embedding(), spare, bytes);
    spare -= embedding ? sizes.embedding().packed() : 0;
    boolean head = stays(sizes.head(), spare, bytes);
    long staying =
        (embedding ? sizes.embedding().packed() : 0) + (head ? sizes.head().packed() : 0);
    return new StreamBudget(bytes - staying, embedding, head);
  }

  private static boolean stays(WeightSizes.Size size, long spareBytes, long bytes) {
    return size.packed() <= Math.min(spareBytes, bytes / STAYING_SHARE);
  }

  /**
   * The least memory for weights with which a model can be streamed: the layer in use and the next,
   * and two experts or the head.
   */
  public static long leastBytes(WeightSizes sizes) {
    return 2 * sizes.largestLayer() + Math.max(2 * sizes.largestExpert(), sizes.head().packed());
  }
}
