package org.longread.kernels.checkpoint;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.longread.kernels.checkpoint.StreamedWeights.EmbeddingSink;

/**
 * Rows of an embedding table that is not held: those of a text, each read once and widened. Takes
 * eight bytes per token and one row.
 */
final class EmbeddingRows {
  private EmbeddingRows() {}

  /**
   * Yields the row of every token, in the order of ids.
   *
   * @return the bytes read
   */
  static long read(TensorBytes table, int[] tokens, EmbeddingSink sink) {
    long[] places = new long[tokens.length]; // id, then position
    for (int i = 0; i < tokens.length; i++) {
      places[i] = (long) tokens[i] << Integer.SIZE | i;
    }
    Arrays.sort(places);
    byte[] stored = new byte[Math.toIntExact(table.rowBytes())];
    float[] row = new float[(int) table.info().cols()];
    long bytes = 0;
    int held = -1;
    try (SafetensorsFile.Reader file = table.file().reader()) {
      for (long place : places) {
        int token = (int) (place >>> Integer.SIZE);
        if (token != held) {
          table.read(file, token, stored);
          CheckpointLoader.table(table, 1, (first, count) -> ByteBuffer.wrap(stored))
              .copyRow(0, row, 0);
          held = token;
          bytes += stored.length;
        }
        sink.put((int) place, row);
      }
    }
    return bytes;
  }
}
