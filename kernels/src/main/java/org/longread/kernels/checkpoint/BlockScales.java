package org.longread.kernels.checkpoint;

import java.util.stream.IntStream;
import org.longread.kernels.checkpoint.ModelConfig.BlockQuantization;
import org.longread.kernels.ops.WeightMatrix.Fp8Scales;

/**
 * The multipliers of an FP8 weight, one per block: {@code value(i, j) = e4m3(i, j) * scale[i /
 * blockRows, j / blockCols]}. The last block of either axis may be partial.
 *
 * @param values [ceil(rows / blockRows), ceil(cols / blockCols)]
 * @param block extent of one block
 * @param across blocks side by side, {@code ceil(cols / blockCols)}
 */
public record BlockScales(float[] values, BlockQuantization block, int across) {
  /** The scale of element (row, col) of the stored weight. */
  float at(int row, int col) {
    return values[row / block.blockRows() * across + col / block.blockCols()];
  }

  /** Scales of a matrix made of whole rows of the weight, from row {@code firstRow} on. */
  public Fp8Scales ofRows(int firstRow, int cols) {
    int[] groups = groups(0, cols, block.blockCols());
    return new Fp8Scales(groups, (row, group) -> at(firstRow + row, groups[group]));
  }

  /**
   * Scales of the transpose of the weight's rows {@code firstRow} to {@code firstRow + cols - 1}.
   */
  Fp8Scales ofTransposedRows(int firstRow, int cols) {
    int[] groups = groups(firstRow, cols, block.blockRows());
    return new Fp8Scales(groups, (row, group) -> at(firstRow + groups[group], row));
  }

  /**
   * Starts of runs of {@code 0..count-1} whose elements, {@code first} further on, share a block.
   */
  private static int[] groups(int first, int count, int block) {
    IntStream starts = IntStream.range(0, count).filter(i -> i == 0 || (first + i) % block == 0);
    return IntStream.concat(starts, IntStream.of(count)).toArray();
  }
}
