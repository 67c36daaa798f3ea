package org.longread.kernels;

/** Which earlier tokens a query attends to. */
public enum AttentionMode {
  /** What the model defines: sparse for a model with an indexer. */
  AUTO,
  /** The selection of the lightning indexer; everything while it covers all earlier tokens. */
  SPARSE,
  /** Every earlier token: the dense twin. */
  DENSE
}
