package org.longread.kernels.checkpoint;

import java.util.List;

/**
 * One entry of a safetensors header, checked.
 *
 * @param name unique in its file
 * @param dtype element type
 * @param shape dimensions, outermost first; empty for a scalar
 * @param begin first byte, counted from the end of the header
 * @param end byte after the last
 */
public record TensorInfo(String name, DType dtype, List<Long> shape, long begin, long end) {
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** Bytes of its data. */
  public long bytes() {
    return end - begin;
  }

  /** Number of elements. */
  public long elements() {
    return bytes() / dtype.bytes();
  }

  /** The outermost dimension; 1 for a scalar. */
  public long rows() {
    return shape.isEmpty() ? 1 : shape.get(0);
  }

  /** Elements per row; 1 for a vector. */
  public long cols() {
    return rows() == 0 ? 0 : elements() / rows();
  }
}
