package org.longread.kernels;

import org.longread.kernels.checkpoint.CheckpointInventory;
import org.longread.kernels.checkpoint.StreamBudget;
import org.longread.kernels.checkpoint.WeightSizes;
import org.longread.kernels.ops.IndexPrecision;

/**
 * Where the weights of a model are put, known before one is read.
 *
 * @param mode resident or streamed
 * @param bytes they take: all of them packed, or the memory they are streamed through
 */
public record WeightPlacement(WeightsMode mode, long bytes) {
  /** Of the heap, for weights that are streamed: the rest is for documents. */
  private static final double STREAMED_SHARE = 0.3;

  /** Of the heap, which weights, work space and one document may fill. */
  private static final double FILLED_SHARE = 0.9;

  /** Tokens of a document that should fit beside resident weights. */
  private static final long LEAST_TOKENS = 4096;

  /** The placement in this JVM's heap. */
  static WeightPlacement of(CheckpointInventory inventory, EngineOptions options) {
    return of(
        inventory.sizes(),
        MemoryPlan.of(inventory, options.chunkTokens(), options.threads()),
        options.placement(),
        Runtime.getRuntime().maxMemory());
  }

  /**
   * The placement in a heap.
   *
   * @param resident the plan with resident weights
   */
  public static WeightPlacement of(
      WeightSizes sizes, MemoryPlan resident, EngineOptions.Placement asked, long heapBytes) {
    boolean streamed =
        switch (asked.mode()) {
          case RESIDENT -> false;
          case STREAMED -> true;
          case AUTO -> !fits(resident, heapBytes);
        };
    return streamed
        ? new WeightPlacement(WeightsMode.STREAMED, streamedBytes(sizes, asked, heapBytes))
        : new WeightPlacement(WeightsMode.RESIDENT, resident.weightBytes());
  }

  private static boolean fits(MemoryPlan resident, long heapBytes) {
    long tokens = Math.min(LEAST_TOKENS, resident.config().maxPositions());
    long needed = resident.heapBytes(Math.max(1, tokens), IndexPrecision.F32);
    return needed <= FILLED_SHARE * heapBytes;
  }

  private static long streamedBytes(
      WeightSizes sizes, EngineOptions.Placement asked, long heapBytes) {
    if (asked.streamedBytes() > 0) {
      return asked.streamedBytes();
    }
    long least = StreamBudget.leastBytes(sizes);
    return Math.max(least, Math.min((long) (STREAMED_SHARE * heapBytes), sizes.all().packed()));
  }

  /** Whether weights are read in every sweep. */
  public boolean isStreamed() {
    return mode == WeightsMode.STREAMED;
  }
}
