package org.longread.kernels.ops;

/** Where packing takes its arrays from. What they hold is unspecified. */
public interface PanelArrays {
  /** Arrays of the heap, made anew each time. */
  PanelArrays NEW =
      new PanelArrays() {
        @Override
        public byte[] bytes(int length) {
          return new byte[length];
        }

        @Override
        public short[] shorts(int length) {
          return new short[length];
        }

        @Override
        public float[] floats(int length) {
          return new float[length];
        }
      };

  /** Elements of one byte. */
  byte[] bytes(int length);

  /** Elements of two bytes. */
  short[] shorts(int length);

  /** Elements of four bytes. */
  float[] floats(int length);
}
