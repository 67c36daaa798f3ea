package org.longread.kernels.checkpoint;

/**
 * A part of a model that is read, used and given up as a whole when weights are streamed.
 *
 * @param layer -1 beyond the layers
 * @param expert -1 for what all tokens use
 */
record WeightUnit(int layer, int expert) {
  private static final int NONE = -1;
  private static final int TABLE = -2;

  /** The output head. */
  static final WeightUnit HEAD = new WeightUnit(NONE, NONE);

  /** The embedding table. */
  static final WeightUnit EMBEDDING = new WeightUnit(TABLE, NONE);

  /** Norms, attention, indexer, and what is not routed after them. */
  static WeightUnit layer(int layer) {
    return new WeightUnit(layer, NONE);
  }

  /** One routed expert. */
  static WeightUnit expert(int layer, int expert) {
    return new WeightUnit(layer, expert);
  }

  boolean isExpert() {
    return expert >= 0;
  }

  /** The unit that a tensor of the model belongs to. */
  static WeightUnit of(String tensor) {
    if (tensor.equals(TensorNames.EMBEDDING)) {
      return EMBEDDING;
    }
    String[] parts = tensor.split("\\.", -1);
    if (parts.length < 3 || !parts[1].equals("layers")) {
      return HEAD;
    }
    int layer = Integer.parseInt(parts[2]);
    boolean routed = parts.length > 5 && parts[4].equals("experts");
    return routed ? expert(layer, Integer.parseInt(parts[5])) : layer(layer);
  }
}
