package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.Lanes.BYTES;
import static org.longread.kernels.ops.cpu.Lanes.COUNT;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.longread.kernels.ops.CodePages;
import org.longread.kernels.ops.Exponential;
import org.longread.kernels.ops.IndexQueries;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.TokenPages;

/**
 * The lightning indexer on 8-bit codes: a page of codes is widened once for the whole tile and
 * scored as floats, whose dots are exact; each key's scale comes last.
 */
final class CodeIndexScores {
  private static final int PAGE = TokenPages.PAGE;

  private final IndexQueries tile;
  private final IndexScores scoring;
  private final float[] page;

  CodeIndexScores(IndexQueries tile) {
    this.tile = tile;
    this.scoring = new IndexScores(tile);
    this.page = new float[tile.dim() * PAGE];
  }

  /** Writes the visible columns of scores [rows, length]. */
  void run(CodePages keys, Rows scores) {
    int seenByLast = tile.visible(tile.rows() - 1);
    for (int first = 0; first < seenByLast; first += PAGE) {
      widen(keys.codes(first / PAGE));
      scoring.scoreKeys(first, page, scores);
      float[] scales = keys.scales(first / PAGE);
      for (int i = Math.max(0, first - tile.firstPosition()); i < tile.rows(); i++) {
        int seen = Math.min(PAGE, tile.visible(i) - first);
        scale(scores.data(), scores.at(i) + first, scales, seen);
      }
    }
  }

  private static void scale(float[] scores, int at, float[] scales, int count) {
    for (int c = 0; c < count; c++) {
      scores[at + c] *= scales[c];
    }
  }

  /**
   * Codes to whole floats: added to the bits of {@link Exponential#ROUNDER}, a code adds itself to
   * its value. See {@link PanelWidening} for the shuffle.
   */
  private void widen(byte[] codes) {
    for (int i = 0; i < page.length; i += 4 * COUNT) {
      IntVector quads =
          ByteVector.fromArray(BYTES, codes, i).rearrange(PanelWidening.QUADS).reinterpretAsInts();
      for (int n = 0; n < 4; n++) {
        quads
            .lanewise(VectorOperators.LSHL, 24 - 8 * n)
            .lanewise(VectorOperators.ASHR, 24)
            .add(Exponential.ROUNDER_BITS)
            .reinterpretAsFloats()
            .sub(Exponential.ROUNDER)
            .intoArray(page, i + n * COUNT);
      }
    }
  }
}
