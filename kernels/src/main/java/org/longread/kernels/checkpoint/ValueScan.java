package org.longread.kernels.checkpoint;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.longread.kernels.ops.Widening;

/** Looks for values that no weight may have. */
final class ValueScan {
  private static final long CHUNK_BYTES = 4 << 20;
  private static final float E4M3_LARGEST = 448f;

  private ValueScan() {}

  /** The first NaN or infinity of a float tensor, as a problem; empty for other types. */
  static Optional<String> firstNotFinite(TensorBytes tensor) {
    if (tensor.info().dtype().precision().isEmpty()) {
      return Optional.empty();
    }
    long cols = tensor.info().cols();
    long rowsAtOnce = Math.max(1, CHUNK_BYTES / Math.max(1, tensor.rowBytes()));
    for (long first = 0; first < tensor.info().rows(); first += rowsAtOnce) {
      long count = Math.min(rowsAtOnce, tensor.info().rows() - first);
      ByteBuffer data = tensor.rows(first, count);
      int elements = Math.toIntExact(count * cols);
      for (int i = 0; i < elements; i++) {
        float value = element(tensor.info().dtype(), data, i);
        if (!Float.isFinite(value)) {
          return Optional.of(
              problem(tensor, first + i / cols, i % cols, value, "expected a finite number"));
        }
      }
    }
    return Optional.empty();
  }

  /** The first scale that is no positive number, or so large that a weight overflows. */
  static Optional<String> firstBadScale(TensorBytes tensor) {
    float[] scales = TensorValues.floats(tensor);
    long cols = tensor.info().cols();
    for (int i = 0; i < scales.length; i++) {
      if (!(scales[i] > 0) || !Float.isFinite(scales[i] * E4M3_LARGEST)) {
        String rule = "expected above 0, and finite times " + E4M3_LARGEST;
        return Optional.of(problem(tensor, i / cols, i % cols, scales[i], rule));
      }
    }
    return Optional.empty();
  }

  private static float element(DType type, ByteBuffer data, int i) {
    return switch (type) {
      case F32 -> data.getFloat(i * Float.BYTES);
      case F16 -> Widening.f16(data.getShort(i * Short.BYTES));
      case BF16 -> Widening.bf16(data.getShort(i * Short.BYTES));
      case F8_E4M3 -> Widening.e4m3(data.get(i));
      case F64, F8_E5M2, F8_E8M0, I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw new IllegalArgumentException("Invalid dtype: " + type + " (expected a weight's)");
    };
  }

  private static String problem(TensorBytes tensor, long row, long col, float value, String rule) {
    String at = tensor.info().shape().size() < 2 ? "[" + row + "]" : "[" + row + ", " + col + "]";
    return StrictJson.cannotRead(
        tensor.file().path(),
        "tensor "
            + Printable.of(tensor.info().name())
            + ": value at "
            + at
            + " is "
            + value
            + " ("
            + rule
            + ")");
  }
}
