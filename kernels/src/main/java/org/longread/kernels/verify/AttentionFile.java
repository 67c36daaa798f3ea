package org.longread.kernels.verify;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Widening;

/** Absorbed attention of small cases: over float32 rows, over FP8 entries, and from MLA heads. */
final class AttentionFile implements KernelFile {
  // The 656-byte cache entry of FlashMLA (dsa-spec section 5): codes, their scales, rope key.
  private static final int ENTRY_BYTES = 656;
  private static final int ENTRY_LATENT = 512;
  private static final int ENTRY_GROUP = 128;
  private static final int ENTRY_ROPE = 64;

  @Override
  public String name() {
    return "attention_small";
  }

  @Override
  public void verify(ReferenceFile file, KernelOps ops, Comparison comparison) {
    file.eachCase("attention", "", comparison, c -> verifyCase(c, ops, comparison));
  }

  private static void verifyCase(ReferenceCase c, KernelOps ops, Comparison comparison) {
    if (c.has("w_kv_b")) {
      new MlaHeads(c, ops, comparison).verify();
      return;
    }
    AttentionShape shape;
    float[] cache;
    if (c.has("entries")) {
      shape = AttentionKernel.latentShape(c, ENTRY_LATENT);
      cache = entries(c, comparison);
    } else {
      shape = AttentionKernel.latentShape(c, c.integer("latent"));
      cache = c.floats("kv", c.size("kv", 0), shape.cached());
    }
    AttentionKernel.of(ops, shape, cache).compare(c, comparison);
  }

  /** Decoded cache entries [n, 512 + 64], compared with the reference's. */
  private static float[] entries(ReferenceCase c, Comparison comparison) {
    int count = c.size("entries", 0);
    byte[] entries = c.bytes("entries", count, ENTRY_BYTES);
    int width = ENTRY_LATENT + ENTRY_ROPE;
    float[] values = new float[count * width];
    for (int s = 0; s < count; s++) {
      ByteBuffer entry =
          ByteBuffer.wrap(entries, s * ENTRY_BYTES, ENTRY_BYTES)
              .slice()
              .order(ByteOrder.LITTLE_ENDIAN);
      decode(entry, values, s * width);
    }
    comparison.exact(c.stage("dequantised"), c.floats("dequantised", count, width), values);
    return values;
  }

  private static void decode(ByteBuffer entry, float[] values, int at) {
    int scales = ENTRY_LATENT;
    int rope = scales + ENTRY_LATENT / ENTRY_GROUP * Float.BYTES;
    for (int i = 0; i < ENTRY_LATENT; i++) {
      float scale = entry.getFloat(scales + i / ENTRY_GROUP * Float.BYTES);
      values[at + i] = Widening.e4m3(entry.get(i)) * scale;
    }
    for (int i = 0; i < ENTRY_ROPE; i++) {
      values[at + ENTRY_LATENT + i] = Widening.bf16(entry.getShort(rope + i * Short.BYTES));
    }
  }
}
