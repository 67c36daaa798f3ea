package org.longread.kernels.ops;

/** The stages of a forward pass that time and FLOPs are counted by. */
public enum Stage {
  /** Query, key-value and output projections of attention. */
  PROJECTIONS,
  /** Index queries, keys and scores. */
  INDEXER,
  /** Top-k token selection. */
  SELECTION,
  /** Attention over the selected, or all, tokens. */
  ATTENTION,
  /** Router and feed-forward networks, dense ones included. */
  EXPERTS,
  /** Final norm and output head. */
  HEAD
}
