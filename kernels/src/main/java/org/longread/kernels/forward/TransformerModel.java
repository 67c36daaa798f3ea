package org.longread.kernels.forward;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelWeights;
import org.longread.kernels.checkpoint.StreamedWeights;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.Stage;

/**
 * The whole forward pass: embedding, layers, final norm. Holds no state of a sequence and may be
 * used by several threads.
 */
public final class TransformerModel {
  private final ModelConfig config;
  private final Optional<ModelWeights> resident;
  private final Optional<LayerSweep> sweep;
  private final KernelOps ops;
  private final Workers workers;
  private final RotaryEmbedding rope;
  private final List<TransformerLayer> layers = new ArrayList<>();
  private final OutputHead head;
  private final Workspace.Pool workspaces = new Workspace.Pool();

  /** A model on a backend; the workers stay their owner's. */
  public TransformerModel(
      ModelConfig config, ModelWeights weights, KernelOps ops, Workers workers) {
    this(
        config,
        Optional.of(weights),
        Optional.empty(),
        new OutputHead(config, () -> StreamedWeights.Part.staying(weights.head())),
        ops,
        workers);
    for (int n = 0; n < config.layers(); n++) {
      layers.add(new TransformerLayer(n, weights.layers().get(n), config));
    }
  }

  /** A model whose weights are read in every pass; workers and weights stay their owner's. */
  public TransformerModel(StreamedWeights weights, KernelOps ops, Workers workers) {
    this(
        weights.config(),
        Optional.empty(),
        Optional.of(new LayerSweep(weights.config(), weights, ops, workers)),
        new OutputHead(weights.config(), weights::head),
        ops,
        workers);
  }

  private TransformerModel(
      ModelConfig config,
      Optional<ModelWeights> resident,
      Optional<LayerSweep> sweep,
      OutputHead head,
      KernelOps ops,
      Workers workers) {
    this.config = config;
    this.resident = resident;
    this.sweep = sweep;
    this.head = head;
    this.ops = ops;
    this.workers = workers;
    this.rope = new RotaryEmbedding(config.attention().qkRope(), config.rope());
  }

  /** How it reads many sequences at once; empty if its weights are resident. */
  public Optional<LayerSweep> sweep() {
    return sweep;
  }

  /** The threads that compute. */
  public Workers workers() {
    return workers;
  }

  /** The configuration. */
  public ModelConfig config() {
    return config;
  }

  /** The backend. */
  public KernelOps ops() {
    return ops;
  }

  /** The output head. */
  public OutputHead head() {
    return head;
  }

  /**
   * Hidden states after the final norm, [t, D]; caches grow by the batch.
   *
   * @throws org.longread.kernels.ops.NotANumberException if index scores are NaN
   * @throws CancellationException if the thread was interrupted
   * @throws IllegalStateException if an earlier pass over one of the sequences threw
   */
  public float[] forward(Batch batch, ForwardTrace trace) {
    return sweep.isPresent()
        ? forward(sweep.get(), batch, trace)
        : forward(resident.orElseThrow(), batch, trace);
  }

  private float[] forward(LayerSweep layers, Batch batch, ForwardTrace trace) {
    Passage passage = Passage.of(batch);
    layers.run(List.of(passage), trace);
    if (passage.failure().isPresent()) {
      throw passage.failure().get();
    }
    float[] hidden = passage.hidden(0, config.hiddenSize()).data().clone();
    layers.release(List.of(passage));
    return hidden;
  }

  private float[] forward(ModelWeights weights, Batch batch, ForwardTrace trace) {
    workers.enterPass();
    Workspace workspace = workspaces.take();
    try {
      return forwardLayers(weights, batch, trace, workspace);
    } finally {
      workspaces.give(workspace);
      workers.leavePass();
    }
  }

  private float[] forwardLayers(
      ModelWeights weights, Batch batch, ForwardTrace trace, Workspace workspace) {
    int t = batch.size();
    int width = config.hiddenSize();
    batch.segments().forEach(segment -> segment.sequence().begin());
    Rows hidden = Rows.of(new float[Math.multiplyExact(t, width)], width);
    for (int i = 0; i < t; i++) {
      weights.embedding().copyRow(batch.tokens()[i], hidden.data(), hidden.at(i));
    }
    SharedSelections selections = SharedSelections.of(t);
    RotaryEmbedding.Table angles = rope.table(batch.positions());
    Pass pass = new Pass(config, ops, batch, angles, selections, trace);
    RowBlocks blocks = RowBlocks.of(workers, batch, config, trace);
    showHidden(trace, 0, t, hidden);
    for (int n = 0; n < layers.size(); n++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("Cannot finish the forward pass: thread interrupted");
      }
      layers.get(n).forward(pass, blocks, workspace, hidden);
      showHidden(trace, n + 1, t, hidden);
    }
    Flops.bookDenseEquivalent(batch, config);
    for (Batch.Segment segment : batch.segments()) {
      segment.sequence().advance(segment.count());
    }
    long start = System.nanoTime();
    Normalization.rms(t, hidden, weights.finalNorm(), config.rmsNormEps(), hidden);
    pass.precision().toBf16(hidden, t, width);
    pass.book(Stage.HEAD, start, 0);
    if (trace.isActive()) {
      trace.rows("final_norm", 0, t, width, hidden);
    }
    return hidden.data();
  }

  private void showHidden(ForwardTrace trace, int n, int t, Rows hidden) {
    if (trace.isActive()) {
      trace.rows("hidden." + n, 0, t, config.hiddenSize(), hidden);
    }
  }
}
