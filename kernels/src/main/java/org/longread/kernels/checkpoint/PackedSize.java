package org.longread.kernels.checkpoint;

import java.util.function.Function;
import org.longread.kernels.checkpoint.ExpectedTensors.Expected;
import org.longread.kernels.checkpoint.ExpectedTensors.Use;
import org.longread.kernels.ops.WeightMatrix;

/** Bytes that weights will take once packed, from their types alone. */
final class PackedSize {
  private final ModelConfig config;
  private final Function<Expected, DType> types;

  /**
   * Of a model.
   *
   * @param types how each of its tensors is stored
   */
  PackedSize(ModelConfig config, Function<Expected, DType> types) {
    this.config = config;
    this.types = types;
  }

  /** Of the whole model. */
  long bytes() {
    long[] sum = {0};
    ExpectedTensors.forEach(config, tensor -> sum[0] += bytes(tensor));
    return sum[0];
  }

  /** Of one tensor. */
  long bytes(Expected tensor) {
    if (tensor.use() == Use.VECTOR) {
      return Float.BYTES * tensor.shape().get(0);
    }
    DType type = types.apply(tensor);
    long rows = tensor.shape().get(0);
    long cols = tensor.shape().get(1);
    if (tensor.use() == Use.TABLE) {
      return rows * cols * type.bytes();
    }
    return tensor.name().endsWith(TensorNames.KEY_VALUE_UP)
        ? keyValueUp(type)
        : matrix(rows, cols, type, groups(0, cols, Axis.COLUMNS));
  }

  /** Per head: key rows transposed, and value rows. */
  private long keyValueUp(DType type) {
    ModelConfig.Attention a = config.attention();
    long sum = 0;
    for (int h = 0; h < a.heads(); h++) {
      long keyRow = (long) h * (a.qkNope() + a.value());
      long keyGroups = groups(keyRow, a.qkNope(), Axis.ROWS);
      sum += matrix(a.kvLoraRank(), a.qkNope(), type, keyGroups);
      sum += matrix(a.value(), a.kvLoraRank(), type, groups(0, a.kvLoraRank(), Axis.COLUMNS));
    }
    return sum;
  }

  private static long matrix(long rows, long cols, DType type, long groups) {
    long padded = (rows + WeightMatrix.LANES - 1) / WeightMatrix.LANES * WeightMatrix.LANES;
    long scales = type == DType.F8_E4M3 ? groups * padded * Float.BYTES : 0;
    return padded * cols * type.bytes() + scales;
  }

  private enum Axis {
    ROWS,
    COLUMNS
  }

  /** Blocks that {@code count} elements from {@code first} on lie in. */
  private long groups(long first, long count, Axis axis) {
    if (config.quantization().isEmpty()) {
      return 0;
    }
    ModelConfig.BlockQuantization quantization = config.quantization().get();
    long block = axis == Axis.ROWS ? quantization.blockRows() : quantization.blockCols();
    return (first + count - 1) / block - first / block + 1;
  }
}
