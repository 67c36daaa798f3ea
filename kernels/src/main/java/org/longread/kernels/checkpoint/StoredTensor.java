package org.longread.kernels.checkpoint;

import java.util.List;

/**
 * A tensor as a checkpoint stores it.
 *
 * @param file name of the file it lies in
 * @param group what it is for; a scale belongs with its weight
 * @param parameters its elements; 0 for a scale
 */
public record StoredTensor(
    String name,
    DType dtype,
    List<Long> shape,
    String file,
    long bytes,
    TensorGroup group,
    long parameters) {
  public StoredTensor {
    shape = List.copyOf(shape);
  }
}
