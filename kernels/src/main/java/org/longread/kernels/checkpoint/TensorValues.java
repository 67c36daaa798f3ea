package org.longread.kernels.checkpoint;

import java.nio.ByteBuffer;
import org.longread.kernels.ops.Widening;

/** Whole tensors as arrays: for vectors, scales and reference data, not for weight matrices. */
final class TensorValues {
  private TensorValues() {}

  static float[] floats(TensorBytes tensor) {
    ByteBuffer data = tensor.all();
    float[] values = new float[count(tensor)];
    for (int i = 0; i < values.length; i++) {
      values[i] = element(tensor, data, i);
    }
    return values;
  }

  static double[] doubles(TensorBytes tensor) {
    ByteBuffer data = tensor.all();
    double[] values = new double[count(tensor)];
    boolean wide = tensor.info().dtype() == DType.F64;
    for (int i = 0; i < values.length; i++) {
      values[i] = wide ? data.getDouble(i * Double.BYTES) : element(tensor, data, i);
    }
    return values;
  }

  private static float element(TensorBytes tensor, ByteBuffer data, int i) {
    return switch (tensor.info().dtype()) {
      case F64 -> (float) data.getDouble(i * Double.BYTES);
      case F32 -> data.getFloat(i * Float.BYTES);
      case F16 -> Widening.f16(data.getShort(i * Short.BYTES));
      case BF16 -> Widening.bf16(data.getShort(i * Short.BYTES));
      case F8_E4M3, F8_E5M2, F8_E8M0, I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw wrongType(tensor, "F64, F32, F16 or BF16");
    };
  }

  static int[] ints(TensorBytes tensor) {
    ByteBuffer data = tensor.all();
    DType type = tensor.info().dtype();
    if (type != DType.I32 && type != DType.I64) {
      throw wrongType(tensor, "I32 or I64");
    }
    int[] values = new int[count(tensor)];
    for (int i = 0; i < values.length; i++) {
      long value = type == DType.I32 ? data.getInt(i * 4) : data.getLong(i * 8);
      if (value != (int) value) {
        throw fail(tensor, "element " + i + " is " + value + " (expected a 32-bit integer)");
      }
      values[i] = (int) value;
    }
    return values;
  }

  static byte[] bytes(TensorBytes tensor) {
    if (tensor.info().dtype().bytes() != 1) {
      throw wrongType(tensor, "one-byte elements");
    }
    byte[] values = new byte[count(tensor)];
    tensor.all().get(values);
    return values;
  }

  private static int count(TensorBytes tensor) {
    return Math.toIntExact(tensor.info().elements());
  }

  private static CheckpointException wrongType(TensorBytes tensor, String expected) {
    return fail(tensor, "dtype " + tensor.info().dtype() + " (expected " + expected + ")");
  }

  private static CheckpointException fail(TensorBytes tensor, String what) {
    return new CheckpointException(
        StrictJson.cannotRead(
            tensor.file().path(), "tensor " + Printable.of(tensor.info().name()) + ": " + what));
  }
}
