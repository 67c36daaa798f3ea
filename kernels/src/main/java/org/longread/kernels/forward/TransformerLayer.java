package org.longread.kernels.forward;

import java.util.Optional;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelWeights;
import org.longread.kernels.forward.Workspace.Slot;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.Stage;

/**
 * One layer (dsa-spec section 4).
 *
 * <pre>
 * h = h + Attention(RMSNorm(h));  h = h + FeedForward(RMSNorm(h))
 * </pre>
 *
 * <p>Rows meet in two places only: the caches, filled before any row attends, and the experts, each
 * computed over all its rows. All else runs block by block.
 */
final class TransformerLayer {
  private final int layer;
  private final ModelConfig config;
  private final ModelWeights.Layer weights;
  private final AttentionBlock attention;
  private final FeedForward feedForward;
  private final Optional<MixtureOfExperts> mixture;

  /** What follows attention, rows x [t, D] into out [t, D]. */
  @FunctionalInterface
  private interface FeedForward {
    void apply(Pass pass, RowBlocks blocks, Workspace workspace, Rows x, Rows out);
  }

  TransformerLayer(int layer, ModelWeights.Layer weights, ModelConfig config) {
    this.layer = layer;
    this.config = config;
    this.weights = weights;
    this.attention = new AttentionBlock(layer, weights, config);
    if (weights.feedForward() instanceof ModelWeights.Mlp mlp) {
      this.mixture = Optional.empty();
      this.feedForward = (pass, blocks, workspace, x, out) -> applyMlp(mlp, pass, blocks, x, out);
    } else {
      ModelWeights.Experts experts = (ModelWeights.Experts) weights.feedForward();
      MixtureOfExperts moe = new MixtureOfExperts(layer, experts, config.feedForward());
      this.mixture = Optional.of(moe);
      this.feedForward = moe::apply;
    }
  }

  private static void applyMlp(
      ModelWeights.Mlp mlp, Pass pass, RowBlocks blocks, Rows x, Rows out) {
    blocks.forEach(
        pass,
        (slice, row) -> {
          long start = System.nanoTime();
          MlpBlock.apply(slice.ops(), mlp, slice.size(), x.from(row), out.from(row));
          slice.book(Stage.EXPERTS, start, Flops.mlp(mlp));
        });
  }

  /** Replaces hidden states [t, D] by those after this layer. */
  void forward(Pass pass, RowBlocks blocks, Workspace workspace, Rows hidden) {
    Rows x = workspace.rows(Slot.INPUTS, pass.size(), config.hiddenSize());
    Rows branch = workspace.rows(Slot.BRANCH, pass.size(), config.hiddenSize());
    attend(pass, blocks, workspace, hidden, x, branch);
    feedForward.apply(pass, blocks, workspace, x, branch);
    addBranch(pass, blocks, hidden, branch);
  }

  /** Whether it has experts; if not, {@link #forward} is all of it. */
  boolean isMixture() {
    return mixture.isPresent();
  }

  /** Its experts. */
  MixtureOfExperts mixture() {
    return mixture.orElseThrow();
  }

  /**
   * The part before routed experts: adds attention to hidden states [t, D], and puts into branch
   * [t, D] what the shared expert gives.
   */
  ExpertAssignment attendAndRoute(
      Pass pass, RowBlocks blocks, Workspace workspace, Rows hidden, Rows branch) {
    Rows x = workspace.rows(Slot.INPUTS, pass.size(), config.hiddenSize());
    attend(pass, blocks, workspace, hidden, x, branch);
    return mixture.orElseThrow().route(pass, blocks, x, branch);
  }

  /** Normalises rows [t, D] of hidden states as experts see them, in place. */
  void normalizeForExperts(KernelOps ops, int t, Rows rows) {
    normalize(ops, t, rows, weights.postAttentionNorm(), rows);
  }

  /** Adds attention to hidden states; x becomes their normalised sum, branch is overwritten. */
  private void attend(
      Pass pass, RowBlocks blocks, Workspace workspace, Rows hidden, Rows x, Rows branch) {
    int width = config.hiddenSize();
    fillCaches(pass, blocks, workspace, hidden, x);
    blocks.forEach(
        pass,
        (slice, row) -> {
          attention.attend(slice, x.from(row), branch.from(row));
          slice.show(layer, "attn_out", branch, width);
          add(slice, hidden.from(row), branch.from(row));
          slice.show(layer, "resid_mid", hidden, width);
          Rows sum = hidden.from(row);
          normalize(slice.ops(), slice.size(), sum, weights.postAttentionNorm(), x.from(row));
        });
  }

  /** The end of a layer: adds branch [t, D] to hidden states. */
  void addBranch(Pass pass, RowBlocks blocks, Rows hidden, Rows branch) {
    pass.show(layer, "mlp_out", branch, config.hiddenSize());
    blocks.forEach(pass, (slice, row) -> add(slice, hidden.from(row), branch.from(row)));
  }

  /** Normalises hidden into x, and appends what x contributes to the caches. */
  private void fillCaches(Pass pass, RowBlocks blocks, Workspace workspace, Rows hidden, Rows x) {
    int t = pass.size();
    int cached = config.attentionShape().cached();
    int dim = config.indexer().dim();
    Rows latents = workspace.rows(Slot.LATENTS, t, cached);
    Rows indexKeys = workspace.rows(Slot.INDEX_KEYS, t, dim);
    blocks.forEach(
        pass,
        (slice, row) -> {
          Rows sum = hidden.from(row);
          normalize(slice.ops(), slice.size(), sum, weights.inputNorm(), x.from(row));
          attention.cacheRows(slice, x.from(row), latents.from(row), indexKeys.from(row));
        });
    attention.append(pass.batch(), latents, indexKeys);
  }

  private void normalize(KernelOps ops, int t, Rows hidden, float[] norm, Rows x) {
    Normalization.rms(t, hidden, norm, config.rmsNormEps(), x);
    ops.computePrecision().toBf16(x, t, config.hiddenSize());
  }

  /** A sum is rounded when the next is added to it: norms see it as it is. */
  private void add(Pass slice, Rows hidden, Rows branch) {
    slice.precision().toBf16(hidden, slice.size(), config.hiddenSize());
    slice.precision().toBf16(branch, slice.size(), config.hiddenSize());
    int end = hidden.at(slice.size());
    for (int i = hidden.offset(), j = branch.offset(); i < end; i++, j++) {
      hidden.data()[i] += branch.data()[j];
    }
  }
}
