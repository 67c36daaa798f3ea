package org.longread.kernels.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.forward.Flops;
import org.longread.kernels.ops.AbsorbedAttention;
import org.longread.kernels.ops.AttentionShape;
import org.longread.kernels.ops.ExpandedAttention;
import org.longread.kernels.ops.IndexQueries;
import org.longread.kernels.ops.KernelOps;
import org.longread.kernels.ops.Rows;
import org.longread.kernels.ops.TokenMask;
import org.longread.kernels.ops.TokenPages;
import org.longread.kernels.ops.WeightMatrix;

/**
 * Attention of a chunk at the end of a random cache, from its latents: over everything, and over
 * what the indexer selects, in the steps and tiles of the forward pass.
 */
final class OwnAttention {
  /** As the forward pass scores and attends. */
  private static final int SCORED_AT_ONCE = 16;

  private static final int ATTENDED_AT_ONCE = 64;

  /** Spread of the random scores: a softmax that a few per cent of the keys share. */
  private static final float SCORE_SPREAD = 2.5f;

  private final AttentionShape shape;
  private final ModelConfig.Indexer indexer;
  private final KernelOps ops;
  private final int rows;
  private final int length;
  private final TokenPages latents;
  private final TokenPages indexKeys;
  private final ExpandedAttention.Up up;
  private final List<WeightMatrix> keyExpansion = new ArrayList<>();
  private final Rows queries;
  private final Rows indexQueries;
  private final Rows headWeights;
  private final Rows out;
  private final Rows lse;
  private final SplittableRandom random = new SplittableRandom(13);

  OwnAttention(ModelConfig config, KernelOps ops, int rows, int length) {
    this.shape = config.attentionShape();
    this.indexer = config.indexer();
    this.ops = ops;
    this.rows = rows;
    this.length = length;
    this.latents = pages(shape.cached(), TokenPages.Layout.ROWS);
    this.indexKeys = pages(indexer.dim(), TokenPages.Layout.LANES);
    this.up = up();
    float spread = (float) (SCORE_SPREAD / (shape.softmaxScale() * Math.sqrt(shape.query())));
    this.queries = random(rows, shape.heads() * shape.query(), spread);
    this.indexQueries = random(rows, indexer.heads() * indexer.dim(), 1);
    this.headWeights = random(rows, indexer.heads(), 1);
    this.out = rows(shape.heads() * shape.value());
    this.lse = rows(shape.heads());
  }

  /** Over everything, keys and values expanded on the way; [rows, heads * dV] until the next. */
  Rows dense() {
    ops.denseAttention(expanded(), out, lse);
    return out;
  }

  private ExpandedAttention expanded() {
    return new ExpandedAttention(shape, queries, rows, length - rows, latents, up);
  }

  /** FLOPs of {@link #dense}. */
  double denseFlops(long pairs) {
    return (double) pairs * Flops.expandedPair(shape) + (double) length * Flops.upProjection(shape);
  }

  /** Over the selection: scores, selection, and attention in the form the engine would take. */
  void sparse() {
    int gatherFrom = Flops.gatherFrom(shape, indexer.topK());
    if (length - rows / 2 >= gatherFrom) {
      for (int done = 0; done < rows; done += ATTENDED_AT_ONCE) {
        int count = Math.min(ATTENDED_AT_ONCE, rows - done);
        gather(done, count, select(done, count));
      }
      return;
    }
    TokenMask mask = new TokenMask(rows, length);
    for (int done = 0; done < rows; done += ATTENDED_AT_ONCE) {
      int count = Math.min(ATTENDED_AT_ONCE, rows - done);
      int[] chosen = select(done, count);
      for (int i = 0; i < count; i++) {
        mask.add(done + i, chosen, i * indexer.topK(), indexer.topK());
      }
    }
    ops.denseAttention(expanded().over(mask), out, lse);
  }

  private int[] select(int first, int count) {
    int topK = indexer.topK();
    int[] chosen = new int[count * topK];
    Rows scores = Rows.of(new float[SCORED_AT_ONCE * length], length);
    for (int done = 0; done < count; done += SCORED_AT_ONCE) {
      int tile = Math.min(SCORED_AT_ONCE, count - done);
      int row = first + done;
      IndexQueries call =
          new IndexQueries(
              indexQueries.from(row),
              headWeights.from(row),
              tile,
              indexer.heads(),
              indexer.dim(),
              length - rows + row);
      ops.indexScores(call, indexKeys, scores);
      int[] indices = new int[tile * topK];
      ops.selectTopK(scores, tile, call.visible(0), topK, indices);
      System.arraycopy(indices, 0, chosen, done * topK, indices.length);
    }
    return chosen;
  }

  private void gather(int first, int count, int[] chosen) {
    int heads = shape.heads();
    int width = shape.cached();
    Rows own = queries.from(first);
    Rows absorbed = Rows.of(new float[count * heads * width], heads * width);
    for (int h = 0; h < heads; h++) {
      Rows nope = own.column(h * shape.query());
      ops.matmul(count, nope, up.keyUp().get(h), absorbed.column(h * width));
      for (int i = 0; i < count; i++) {
        int to = absorbed.at(i) + h * width + shape.latent();
        System.arraycopy(own.data(), nope.at(i) + shape.nope(), absorbed.data(), to, shape.rope());
      }
    }
    Rows mixed = Rows.of(new float[count * heads * shape.latent()], heads * shape.latent());
    ops.sparseAttention(
        new AbsorbedAttention(shape, absorbed, count, latents, chosen, indexer.topK()),
        mixed,
        lse.from(first));
    for (int h = 0; h < heads; h++) {
      Rows target = out.from(first).column(h * shape.value());
      ops.matmul(count, mixed.column(h * shape.latent()), up.valueUp().get(h), target);
    }
  }

  /** The same attention for others: keys and values of every head, expanded. */
  PeerProblem problem() {
    List<float[]> own = new ArrayList<>();
    List<float[]> keys = new ArrayList<>();
    List<float[]> values = new ArrayList<>();
    for (int h = 0; h < shape.heads(); h++) {
      float[] mine = new float[rows * shape.query()];
      for (int i = 0; i < rows; i++) {
        int from = queries.at(i) + h * shape.query();
        System.arraycopy(queries.data(), from, mine, i * shape.query(), shape.query());
      }
      own.add(mine);
      keys.add(new float[length * shape.query()]);
      values.add(new float[length * shape.value()]);
      expand(h, keys.get(h), values.get(h));
    }
    return new PeerProblem(shape, rows, length, own, keys, values);
  }

  /** Expands every head into one buffer: what a peer would have to do first. */
  void expandAll(float[] keys, float[] values) {
    for (int h = 0; h < shape.heads(); h++) {
      expand(h, keys, values);
    }
  }

  private void expand(int head, float[] keys, float[] values) {
    for (int p = 0; p < latents.pageCount(); p++) {
      int first = p * TokenPages.PAGE;
      int count = Math.min(TokenPages.PAGE, length - first);
      Rows page = Rows.of(latents.page(p), shape.cached());
      Rows key = Rows.of(keys, shape.query()).from(first);
      ops.matmul(count, page, keyExpansion.get(head), key);
      ops.matmul(count, page, up.valueUp().get(head), Rows.of(values, shape.value()).from(first));
      for (int s = 0; s < count; s++) {
        int from = page.at(s) + shape.latent();
        System.arraycopy(page.data(), from, keys, key.at(s) + shape.nope(), shape.rope());
      }
    }
  }

  private ExpandedAttention.Up up() {
    List<WeightMatrix> keyUp = new ArrayList<>();
    List<WeightMatrix> valueUp = new ArrayList<>();
    float spread = (float) (1 / Math.sqrt(shape.latent()));
    for (int h = 0; h < shape.heads(); h++) {
      float[] key = random(shape.latent(), shape.nope(), spread).data();
      keyUp.add(WeightMatrix.of(shape.latent(), shape.nope(), key));
      keyExpansion.add(WeightMatrix.of(shape.nope(), shape.latent(), transposed(key)));
      float[] value = random(shape.value(), shape.latent(), spread).data();
      valueUp.add(WeightMatrix.of(shape.value(), shape.latent(), value));
    }
    return new ExpandedAttention.Up(keyUp, valueUp);
  }

  private float[] transposed(float[] key) {
    float[] turned = new float[key.length];
    for (int c = 0; c < shape.latent(); c++) {
      for (int d = 0; d < shape.nope(); d++) {
        turned[d * shape.latent() + c] = key[c * shape.nope() + d];
      }
    }
    return turned;
  }

  private TokenPages pages(int width, TokenPages.Layout layout) {
    TokenPages pages = new TokenPages(width, layout);
    for (int s = 0; s < length; s++) {
      pages.append(random(1, width, 1).data(), 0);
    }
    return pages;
  }

  private Rows rows(int width) {
    return Rows.of(new float[rows * width], width);
  }

  /** Uniform values of a given standard deviation. */
  private Rows random(int count, int width, float spread) {
    float[] values = new float[count * width];
    float half = (float) (spread * Math.sqrt(3));
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (2 * random.nextDouble() - 1) * half;
    }
    return Rows.of(values, width);
  }
}
