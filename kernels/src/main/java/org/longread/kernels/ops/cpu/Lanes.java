package org.longread.kernels.ops.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The one place that says how wide a vector is.
 *
 * <p>The species are constants of the class, which the compiler needs to make one instruction of
 * one call. The width is the platform's preferred one unless the system property {@link
 * #BITS_PROPERTY} names another when this class is initialised; a test of several widths in one JVM
 * loads the package once per width.
 */
final class Lanes {
  /** Forces the vector width: 128, 256 or 512. */
  static final String BITS_PROPERTY = "longread.vector.bits";

  static final VectorSpecies<Float> FLOATS = species();
  static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);
  static final VectorSpecies<Short> SHORTS = FLOATS.withLanes(short.class);
  static final VectorSpecies<Byte> BYTES = FLOATS.withLanes(byte.class);

  /** Floats per vector. */
  static final int COUNT = FLOATS.length();

  private Lanes() {}

  private static VectorSpecies<Float> species() {
    return switch (Integer.getInteger(
        BITS_PROPERTY, FloatVector.SPECIES_PREFERRED.vectorBitSize())) {
      case 128 -> FloatVector.SPECIES_128;
      case 256 -> FloatVector.SPECIES_256;
      case 512 -> FloatVector.SPECIES_512;
      default -> FloatVector.SPECIES_PREFERRED;
    };
  }

  /** The least multiple of {@link #COUNT} that is not below {@code n}. */
  static int roundUp(int n) {
    return (n + COUNT - 1) / COUNT * COUNT;
  }
}
