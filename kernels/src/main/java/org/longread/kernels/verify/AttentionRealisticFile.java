package org.longread.kernels.verify;

import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.KernelOps;

/** Absorbed attention at the published widths, over a cache of 4-bit values. */
final class AttentionRealisticFile implements KernelFile {
  @Override
  public String name() {
    return "attention_realistic";
  }

  @Override
  public void verify(ReferenceFile file, KernelOps ops, Comparison comparison) {
    ReferenceCase c = file.whole("attention_realistic");
    AttentionShape shape = AttentionKernel.latentShape(c, c.integer("latent"));
    int pairs = shape.cached() / 2;
    byte[] nibbles = c.bytes("kv_nibbles", c.size("kv_nibbles", 0), pairs);
    AttentionKernel.of(ops, shape, decode(nibbles)).compare(c, comparison);
  }

  /** Low nibble first; value = (nibble - 8) / 4. */
  private static float[] decode(byte[] nibbles) {
    float[] values = new float[nibbles.length * 2];
    for (int i = 0; i < nibbles.length; i++) {
      values[2 * i] = ((nibbles[i] & 0xF) - 8) / 4f;
      values[2 * i + 1] = ((nibbles[i] >> 4 & 0xF) - 8) / 4f;
    }
    return values;
  }
}
