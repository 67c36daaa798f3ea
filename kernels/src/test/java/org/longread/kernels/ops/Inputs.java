package org.longread.kernels.ops;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** Random operands of the contract test, all from one seed. */
final class Inputs {
  /** What floats are drawn. */
  enum Fill {
    /** Standard normal. */
    NORMAL,
    /** Small integers: many equal scores. */
    TIED,
    /** Normal, to the nearest twentieth: some equal scores. */
    COARSE,
    /** Each higher than the one before: the highest lie side by side. */
    RISING,
    /** Each lower than the one before. */
    FALLING,
    /** All the same. */
    EQUAL,
    /** Zeros of both signs and nothing else. */
    ZEROS,
    /** Two values. */
    TWO,
    /** Mostly negative infinities, some positive ones, and ordinary values. */
    INFINITE,
    /** Zeros of both signs, subnormals, 1e30 and ordinary values. */
    EXTREME
  }

  /** What an operation must not change, and fills the room between rows. */
  static final float UNTOUCHED = 12345.678f;

  private static final float[] EXTREMES = {
    0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, 1e-40f, 1e30f, -1e30f, 1e-30f, 1f, -1f
  };

  private final Random random;
  private final Fill fill;
  private int drawn;

  Inputs(long seed, Fill fill) {
    this.random = new Random(seed);
    this.fill = fill;
  }

  Random random() {
    return random;
  }

  float next() {
    return switch (fill) {
      case NORMAL -> (float) random.nextGaussian();
      case TIED -> random.nextInt(5) - 2;
      case COARSE -> (float) Math.rint(20 * random.nextGaussian()) / 20;
      case RISING -> ++drawn * 0.001f;
      case FALLING -> --drawn * 0.001f;
      case EQUAL -> -1.5f;
      case ZEROS -> random.nextBoolean() ? 0f : -0f;
      case TWO -> random.nextInt(20) == 0 ? 1f : -1f;
      case INFINITE -> infinite(random.nextInt(40));
      case EXTREME ->
          random.nextInt(3) == 0
              ? (float) random.nextGaussian()
              : EXTREMES[random.nextInt(EXTREMES.length)];
    };
  }

  private float infinite(int die) {
    return switch (die) {
      case 0 -> Float.POSITIVE_INFINITY;
      case 1, 2, 3 -> (float) random.nextGaussian();
      default -> Float.NEGATIVE_INFINITY;
    };
  }

  float[] floats(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = next();
    }
    return values;
  }

  /** Rows of random values with NaN around them, which must not be read. */
  Rows rows(int rows, int columns) {
    Rows view = emptyRows(rows, columns, Float.NaN);
    for (int i = 0; i < rows; i++) {
      for (int c = 0; c < columns; c++) {
        view.data()[view.at(i) + c] = next();
      }
    }
    return view;
  }

  /** Rows to write to; a column and a row beyond them show whether anything else is written. */
  static Rows target(int rows, int columns) {
    return emptyRows(rows, columns, UNTOUCHED);
  }

  private static Rows emptyRows(int rows, int columns, float filler) {
    int stride = columns + 3;
    float[] data = new float[5 + (rows + 1) * stride];
    java.util.Arrays.fill(data, filler);
    return new Rows(data, 5, stride);
  }

  /** A cache of {@code length} random tokens whose unused slots are NaN. */
  TokenPages cache(int length, int width, TokenPages.Layout layout) {
    TokenPages cache = new TokenPages(width, layout);
    for (int s = 0; s < length; s++) {
      cache.append(floats(width), 0);
    }
    for (int s = length; s < cache.pageCount() * TokenPages.PAGE; s++) {
      poison(cache, s);
    }
    return cache;
  }

  /** Makes every value of slot {@code s} NaN. */
  static void poison(TokenPages cache, int s) {
    float[] page = cache.page(s / TokenPages.PAGE);
    int slot = s % TokenPages.PAGE;
    for (int c = 0; c < cache.width(); c++) {
      boolean rows = cache.layout() == TokenPages.Layout.ROWS;
      page[rows ? slot * cache.width() + c : c * TokenPages.PAGE + slot] = Float.NaN;
    }
  }

  WeightMatrix weight(int rows, int cols, Precision precision) {
    byte[] bytes = new byte[rows * cols * precision.bytes()];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < rows * cols; i++) {
      switch (precision) {
        case F32 -> buffer.putFloat(next());
        case BF16 -> buffer.putShort((short) (Float.floatToRawIntBits(next()) >> 16));
        case F16 -> buffer.putShort((short) (random.nextInt(0x7C00) | random.nextInt(2) << 15));
        case FP8_E4M3 -> buffer.put((byte) (random.nextInt(0x7F) | random.nextInt(2) << 7));
      }
    }
    int width = cols * precision.bytes();
    WeightMatrix.RowBytes source =
        (first, count) -> ByteBuffer.wrap(bytes, first * width, count * width);
    if (precision != Precision.FP8_E4M3) {
      return WeightMatrix.pack(rows, cols, precision, source, WeightMatrix.Fp8Scales.NONE);
    }
    int middle = cols / 3;
    int[] groups = middle == 0 ? new int[] {0, cols} : new int[] {0, middle, cols};
    WeightMatrix.ScaleOf scale = (row, group) -> 0.003f + row * 0.001f - group * 0.7f;
    return WeightMatrix.pack(
        rows, cols, precision, source, new WeightMatrix.Fp8Scales(groups, scale));
  }
}
