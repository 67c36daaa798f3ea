package org.longread.kernels.ops.cpu;

import jdk.incubator.vector.FloatVector;

/**
 * Fused multiply-adds and nothing else: what every kernel's rate is a percentage of.
 *
 * <p>Twelve independent chains in registers. They cover a latency of four cycles on three units and
 * leave room for the operands where there are sixteen registers.
 *
 * <p>The method has more than 325 bytes of code so that it is never inlined: inside its caller's
 * loop JDK 17 spilled the chains, at a third of the rate.
 */
final class FmaProbe {
  private static final int CHAINS = 12;
  private static final int STEPS = 4096;

  private FmaProbe() {}

  /** Runs the chains once and yields their FLOPs. */
  static long run() {
    FloatVector factor = FloatVector.broadcast(Lanes.FLOATS, 0.999f);
    FloatVector term = FloatVector.broadcast(Lanes.FLOATS, 0.001f);
    FloatVector a = FloatVector.broadcast(Lanes.FLOATS, 0.1f);
    FloatVector b = FloatVector.broadcast(Lanes.FLOATS, 0.2f);
    FloatVector c = FloatVector.broadcast(Lanes.FLOATS, 0.3f);
    FloatVector d = FloatVector.broadcast(Lanes.FLOATS, 0.4f);
    FloatVector e = FloatVector.broadcast(Lanes.FLOATS, 0.5f);
    FloatVector f = FloatVector.broadcast(Lanes.FLOATS, 0.6f);
    FloatVector g = FloatVector.broadcast(Lanes.FLOATS, 0.7f);
    FloatVector h = FloatVector.broadcast(Lanes.FLOATS, 0.8f);
    FloatVector i = FloatVector.broadcast(Lanes.FLOATS, 0.9f);
    FloatVector j = FloatVector.broadcast(Lanes.FLOATS, 0.11f);
    FloatVector k = FloatVector.broadcast(Lanes.FLOATS, 0.12f);
    FloatVector l = FloatVector.broadcast(Lanes.FLOATS, 0.13f);
    for (int step = 0; step < STEPS; step++) {
      a = a.fma(factor, term);
      b = b.fma(factor, term);
      c = c.fma(factor, term);
      d = d.fma(factor, term);
      e = e.fma(factor, term);
      f = f.fma(factor, term);
      g = g.fma(factor, term);
      h = h.fma(factor, term);
      i = i.fma(factor, term);
      j = j.fma(factor, term);
      k = k.fma(factor, term);
      l = l.fma(factor, term);
    }
    float least = Math.min(a.lane(0), Math.min(b.lane(0), c.lane(0)));
    least = Math.min(least, Math.min(d.lane(0), Math.min(e.lane(0), f.lane(0))));
    least = Math.min(least, Math.min(g.lane(0), Math.min(h.lane(0), i.lane(0))));
    least = Math.min(least, Math.min(j.lane(0), Math.min(k.lane(0), l.lane(0))));
    if (!(least > 0)) {
      throw new IllegalStateException("Cannot measure multiply-adds: a chain came out " + least);
    }
    return 2L * CHAINS * STEPS * Lanes.COUNT;
  }
}
