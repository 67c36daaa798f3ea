package org.longread.kernels.forward;

import org.longread.kernels.ops.Rows;

/**
 * Sees the values between the stages of a layer, for verification. Names are those of the golden
 * data: {@code q_resid}, {@code kv_latent}, {@code index_scores}, {@code attn_out} and so on.
 */
public interface ForwardTrace {
  /** Sees nothing. */
  ForwardTrace NONE =
      new ForwardTrace() {
        @Override
        public boolean isActive() {
          return false;
        }

        @Override
        public void rows(String name, int firstRow, int rows, int width, Rows values) {}

        @Override
        public void indices(String name, int firstRow, int rows, int width, int[] values) {}
      };

  /** Whether anything is to be shown; if so, every query's index scores are computed. */
  boolean isActive();

  /** Shows float values [rows, width] of batch rows {@code firstRow} on. */
  void rows(String name, int firstRow, int rows, int width, Rows values);

  /** Shows integers [rows, width] of batch rows {@code firstRow} on. */
  void indices(String name, int firstRow, int rows, int width, int[] values);
}
