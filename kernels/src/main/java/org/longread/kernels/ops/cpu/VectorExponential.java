package org.longread.kernels.ops.cpu;

import static org.longread.kernels.ops.cpu.Lanes.COUNT;
import static org.longread.kernels.ops.cpu.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.longread.kernels.ops.Exponential;

/** {@link Exponential#exp} in lane, the same operations in the same order. */
final class VectorExponential {
  private static final int MANTISSA_BITS = 23;
  private static final int POWER_OFFSET = 127 - Exponential.ROUNDER_BITS;

  private VectorExponential() {}

  /**
   * Replaces values by their exponentials.
   *
   * <p>Works on an array, not on a vector handed in and out: a method that returns a vector is fast
   * only where the compiler happens to inline it.
   *
   * @param count a multiple of the lane count
   */
  static void expInPlace(float[] values, int count) {
    for (int i = 0; i < count; i += COUNT) {
      FloatVector x = FloatVector.fromArray(FLOATS, values, i);
      x = x.blend(Exponential.LOWEST, x.compare(VectorOperators.LT, Exponential.LOWEST));
      x = x.blend(Exponential.HIGHEST, x.compare(VectorOperators.GT, Exponential.HIGHEST));
      FloatVector rounder = FloatVector.broadcast(FLOATS, Exponential.ROUNDER);
      FloatVector rounded = x.fma(FloatVector.broadcast(FLOATS, Exponential.LOG2_E), rounder);
      FloatVector n = rounded.sub(rounder);
      FloatVector r = n.fma(FloatVector.broadcast(FLOATS, Exponential.MINUS_LN2_HIGH), x);
      r = n.fma(FloatVector.broadcast(FLOATS, Exponential.MINUS_LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(FLOATS, Exponential.P5);
      p = p.fma(r, FloatVector.broadcast(FLOATS, Exponential.P4));
      p = p.fma(r, FloatVector.broadcast(FLOATS, Exponential.P3));
      p = p.fma(r, FloatVector.broadcast(FLOATS, Exponential.P2));
      p = p.fma(r, FloatVector.broadcast(FLOATS, Exponential.P1));
      p = p.fma(r, FloatVector.broadcast(FLOATS, Exponential.P0));
      p = p.fma(r.mul(r), r).add(1f);
      IntVector power =
          rounded
              .reinterpretAsInts()
              .add(POWER_OFFSET)
              .lanewise(VectorOperators.LSHL, MANTISSA_BITS);
      p.mul(power.reinterpretAsFloats()).intoArray(values, i);
    }
  }
}
