package org.longread.kernels.checkpoint;

/** What a stored tensor is for. */
public enum TensorGroup {
  /** Token embeddings. */
  EMBEDDING("embedding"),
  /** Norms of the residual stream. */
  NORMS("norms"),
  /** Multi-head latent attention, its low-rank norms included. */
  ATTENTION("attention"),
  /** Lightning indexer. */
  INDEXER("indexer"),
  /** MLPs of the dense layers. */
  DENSE_MLP("dense mlp"),
  /** Expert routers and their biases. */
  ROUTER("router"),
  /** Routed experts. */
  ROUTED_EXPERTS("routed experts"),
  /** Shared experts. */
  SHARED_EXPERTS("shared experts"),
  /** Output head. */
  HEAD("head"),
  /** Layers that predict further tokens (MTP); not used. */
  NEXT_TOKENS("multi-token prediction (not used)"),
  /** Not part of the architecture; not used. */
  UNEXPECTED("unexpected (not used)");

  private final String title;

  TensorGroup(String title) {
    this.title = title;
  }

  /** Its name for people. */
  public String title() {
    return title;
  }
}
