package org.longread.kernels.checkpoint;

import org.longread.kernels.checkpoint.ExpectedTensors.Expected;
import org.longread.kernels.checkpoint.ExpectedTensors.Use;

/**
 * The types in which DeepSeek publishes the tensors of a configuration: matrices in FP8 where it
 * says so, but for head, router and head weights of the indexer; the router's bias in F32, all else
 * in BF16 (dsa-spec section 2).
 */
record PublishedTypes(ModelConfig config) {
  DType of(Expected tensor) {
    String name = tensor.name();
    if (name.endsWith(TensorNames.ROUTER_BIAS)) {
      return DType.F32;
    }
    boolean plain =
        name.equals(TensorNames.HEAD)
            || name.endsWith(TensorNames.ROUTER)
            || name.endsWith(TensorNames.INDEX_HEAD_WEIGHTS);
    boolean quantized = config.quantization().isPresent() && tensor.use() == Use.MATRIX && !plain;
    return quantized ? DType.F8_E4M3 : DType.BF16;
  }
}
