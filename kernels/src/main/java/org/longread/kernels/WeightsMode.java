package org.longread.kernels;

/** Where the weights of an engine are. Never changes a result. */
public enum WeightsMode {
  /** In memory, all of them. */
  RESIDENT,
  /** Read layer by layer for every sweep over a batch of documents. */
  STREAMED,
  /** Resident where they fit the heap beside the work, streamed where not. */
  AUTO
}
