package org.longread.kernels.forward;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelWeights;
import org.longread.kernels.checkpoint.StreamedWeights;
import org.longread.kernels.checkpoint.StreamedWeights.Part;
import org.longread.kernels.forward.LatentCache.PageUse;
import org.longread.kernels.forward.Passage.Chunk;
import org.longread.kernels.ops.IndexPrecision;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.Stage;

/**
 * The forward pass with layers outside and rows inside: all passages go through a layer before the
 * next is needed, so that a model is read once for all of them. The layers themselves are those of
 * {@link TransformerModel}, and so are the bits.
 *
 * <p>Owns two arrays [t, D] per chunk while it is on its way, which later chunks of that size use
 * again, and the one cache that passages have which are read once. One sweep at a time.
 */
public final class LayerSweep {
  /** Rows per expert from which on nearly every expert is chosen by one. */
  private static final int EXPECT_ALL = 4;

  private final ModelConfig config;
  private final StreamedWeights weights;
  private final KernelOps ops;
  private final Workers workers;
  private final RotaryEmbedding rope;
  private final ExpertSweep experts;
  private final Workspace workspace = new Workspace();
  private final Map<IndexPrecision, LatentCache> passing = new ConcurrentHashMap<>();
  private final Deque<float[]> idle = new ArrayDeque<>();
  private final PageUse pageUse;

  LayerSweep(ModelConfig config, StreamedWeights weights, KernelOps ops, Workers workers) {
    this.config = config;
    this.weights = weights;
    this.ops = ops;
    this.workers = workers;
    this.rope = new RotaryEmbedding(config.attention().qkRope(), config.rope());
    this.experts = new ExpertSweep(ops, workers, config.hiddenSize());
    this.pageUse = ops.fusedSelection().isPresent() ? PageUse.ONCE : PageUse.AGAIN;
  }

  /** The cache of sequences that are read once; it is theirs while they go through a layer. */
  public LatentCache passingCache(IndexPrecision precision) {
    return passing.computeIfAbsent(precision, p -> LatentCache.passing(config, p));
  }

  /**
   * Takes passages through all layers and the final norm; caches grow. A passage that fails says
   * so, and others go on.
   *
   * @param trace sees every chunk; of use with one only
   * @throws org.longread.kernels.checkpoint.CheckpointException if weights cannot be read; every
   *     passage is lost then
   */
  public synchronized void run(List<Passage> passages, ForwardTrace trace) {
    workers.enterPass();
    try {
      passages.forEach(passage -> passage.ifLive(() -> enter(passage, trace)));
      sweepLayers(passages, trace);
      passages.forEach(passage -> passage.ifLive(() -> leave(passage, trace)));
    } catch (RuntimeException | Error e) {
      release(passages);
      throw e;
    } finally {
      bookWeights(passages);
      workers.leavePass();
    }
  }

  /** Takes back the hidden states of passages. */
  public synchronized void release(List<Passage> passages) {
    for (Passage passage : passages) {
      passage.chunks().forEach(this::release);
    }
  }

  private void release(Chunk chunk) {
    give(chunk.hidden);
    give(chunk.branch);
    chunk.hidden = new float[0];
    chunk.branch = new float[0];
  }

  private void give(float[] array) {
    if (!idle.isEmpty() && idle.peek().length < array.length) {
      idle.clear();
    }
    if (array.length > 0 && (idle.isEmpty() || idle.peek().length == array.length)) {
      idle.push(array);
    }
  }

  private float[] take(int size) {
    return !idle.isEmpty() && idle.peek().length == size ? idle.pop() : new float[size];
  }

  private void enter(Passage passage, ForwardTrace trace) {
    passage.sequences().forEach(Sequence::begin);
    for (Chunk chunk : passage.chunks()) {
      int size = Math.multiplyExact(chunk.batch.size(), config.hiddenSize());
      chunk.hidden = take(size);
      chunk.branch = take(size);
    }
    embed(passage);
    for (Chunk chunk : passage.chunks()) {
      Batch batch = chunk.batch;
      SharedSelections selections = SharedSelections.of(batch.size());
      RotaryEmbedding.Table angles = rope.table(batch.positions());
      chunk.pass = Optional.of(new Pass(config, ops, batch, angles, selections, trace));
      chunk.blocks = Optional.of(RowBlocks.of(workers, batch, config, trace));
      show(chunk, 0);
    }
  }

  /** All chunks at once, so that a token's row is read once. */
  private void embed(Passage passage) {
    int width = config.hiddenSize();
    int rows = Math.toIntExact(passage.rows());
    int[] tokens = new int[rows];
    float[][] targets = new float[rows][];
    int[] offsets = new int[rows];
    int n = 0;
    for (Chunk chunk : passage.chunks()) {
      for (int i = 0; i < chunk.batch.size(); i++, n++) {
        tokens[n] = chunk.batch.tokens()[i];
        targets[n] = chunk.hidden;
        offsets[n] = i * width;
      }
    }
    weights.embed(tokens, (at, row) -> System.arraycopy(row, 0, targets[at], offsets[at], width));
  }

  private void sweepLayers(List<Passage> passages, ForwardTrace trace) {
    if (live(passages).isEmpty()) {
      return;
    }
    Part<ModelWeights.Layer> next = weights.layer(0);
    try {
      for (int n = 0; n < config.layers() && !live(passages).isEmpty(); n++) {
        try (Part<ModelWeights.Layer> part = next;
            LayerExperts routed = new LayerExperts(weights, n)) {
          if (!config.isDense(n) && rows(passages) >= expectAllFrom()) {
            routed.askAll();
          }
          next = n + 1 < config.layers() ? weights.layer(n + 1) : part;
          layer(new TransformerLayer(n, part.await(), config), passages, routed);
        }
        int shown = n + 1;
        if (trace.isActive()) {
          live(passages).forEach(p -> p.chunks().forEach(chunk -> show(chunk, shown)));
        }
      }
    } finally {
      next.close(); // asked for ahead, and not used where no passage lived to need it
    }
  }

  private long expectAllFrom() {
    ModelConfig.FeedForward f = config.feedForward();
    return (long) EXPECT_ALL * f.routedExperts() / Math.max(1, f.expertsPerToken());
  }

  private static long rows(List<Passage> passages) {
    return live(passages).stream().mapToLong(Passage::rows).sum();
  }

  private static List<Passage> live(List<Passage> passages) {
    return passages.stream().filter(Passage::isLive).toList();
  }

  private void layer(TransformerLayer layer, List<Passage> passages, LayerExperts routed) {
    for (Passage passage : passages) {
      passage.ifLive(() -> attend(layer, passage));
    }
    if (!layer.isMixture() || live(passages).isEmpty()) {
      return;
    }
    List<Chunk> chunks = live(passages).stream().flatMap(p -> p.chunks().stream()).toList();
    ExpertSweep.Routes routes =
        new ExpertSweep.Routes(chunks, config.feedForward().routedExperts());
    List<Integer> needed = routes.needed();
    experts.run(layer, routes, needed, routed.ask(needed), chunks);
    for (Chunk chunk : chunks) {
      layer.addBranch(pass(chunk), chunk.blocks.orElseThrow(), rows(chunk), branch(chunk));
      chunk.assignment = Optional.empty();
    }
  }

  /** A passage through what is computed chunk by chunk: all of a layer but its routed experts. */
  private void attend(TransformerLayer layer, Passage passage) {
    Sequence first = passage.sequences().get(0);
    if (first.isReadOnce()) {
      first.cache().forget(pageUse);
    }
    boolean evidence = first.evidence().isActive();
    List<Chunk> chunks = passage.chunks();
    for (int i = 0; i < chunks.size() && passage.isLive(); i++) {
      Chunk chunk = chunks.get(i);
      RowBlocks blocks = chunk.blocks.orElseThrow();
      passage.collectEvidence(i, evidence);
      if (layer.isMixture()) {
        chunk.assignment =
            Optional.of(
                layer.attendAndRoute(pass(chunk), blocks, workspace, rows(chunk), branch(chunk)));
      } else {
        layer.forward(pass(chunk), blocks, workspace, rows(chunk));
      }
    }
    if (chunks.size() > 1) {
      passage.collectEvidence(0, evidence);
    }
  }

  private static Pass pass(Chunk chunk) {
    return chunk.pass.orElseThrow();
  }

  private Rows rows(Chunk chunk) {
    return Rows.of(chunk.hidden, config.hiddenSize());
  }

  private Rows branch(Chunk chunk) {
    return Rows.of(chunk.branch, config.hiddenSize());
  }

  private void leave(Passage passage, ForwardTrace trace) {
    passage.keepEvidence();
    for (Chunk chunk : passage.chunks()) {
      Flops.bookDenseEquivalent(chunk.batch, config);
      for (Batch.Segment segment : chunk.batch.segments()) {
        segment.sequence().advance(segment.count());
      }
      long start = System.nanoTime();
      Rows rows = rows(chunk);
      Normalization.rms(chunk.batch.size(), rows, weights.finalNorm(), config.rmsNormEps(), rows);
      pass(chunk).precision().toBf16(rows, chunk.batch.size(), config.hiddenSize());
      pass(chunk).book(Stage.HEAD, start, 0);
      if (trace.isActive()) {
        trace.rows("final_norm", 0, chunk.batch.size(), config.hiddenSize(), rows);
      }
    }
  }

  /**
   * Books what was read since the last time to the sequences of passages, by rows: those that live,
   * or all where none does.
   */
  public void bookWeights(List<Passage> passages) {
    StreamedWeights.Work work = weights.takeWork();
    List<Passage> live = live(passages);
    List<Passage> some = live.isEmpty() ? passages : live;
    long all = some.stream().mapToLong(Passage::rows).sum();
    long rows = 0;
    StreamedWeights.Work booked = StreamedWeights.Work.NONE;
    for (Passage passage : some) {
      for (Chunk chunk : passage.chunks()) {
        for (Batch.Segment segment : chunk.batch.segments()) {
          rows += segment.count();
          StreamedWeights.Work next = work.share(rows, all);
          segment.sequence().counters().add(next.since(booked));
          booked = next;
        }
      }
    }
  }

  private void show(Chunk chunk, int n) {
    Pass pass = pass(chunk);
    if (pass.trace().isActive()) {
      pass.trace().rows("hidden." + n, 0, pass.size(), config.hiddenSize(), rows(chunk));
    }
  }
}
