package org.longread.kernels.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.ModelWeights;
import org.longread.kernels.ops.EmbeddingTable;
import org.longread.kernels.ops.Precision;
import org.longread.kernels.ops.WeightMatrix;

/** Weights of a shape, drawn so that activations keep their size from layer to layer. */
final class RandomWeights {
  private final SplittableRandom random;
  private final ModelConfig config;
  private final Precision precision;

  private RandomWeights(ModelConfig config, Precision precision, long seed) {
    this.config = config;
    this.precision = precision;
    this.random = new SplittableRandom(seed);
  }

  /** All weights of a shape whose every layer has experts. */
  static ModelWeights of(ModelConfig config, Precision precision, long seed) {
    return new RandomWeights(config, precision, seed).weights();
  }

  private ModelWeights weights() {
    List<ModelWeights.Layer> layers = new ArrayList<>();
    for (int n = 0; n < config.layers(); n++) {
      layers.add(
          new ModelWeights.Layer(
              ones(config.hiddenSize()),
              attention(),
              Optional.of(indexer()),
              ones(config.hiddenSize()),
              experts()));
    }
    int vocab = config.vocabSize();
    int width = config.hiddenSize();
    EmbeddingTable embedding =
        EmbeddingTable.pack(vocab, width, precision, (first, rows) -> bytes(rows * width, 1));
    return new ModelWeights(embedding, layers, ones(width), matrix(vocab, width));
  }

  private ModelWeights.Attention attention() {
    ModelConfig.Attention a = config.attention();
    int width = config.hiddenSize();
    List<WeightMatrix> keyUp = new ArrayList<>();
    List<WeightMatrix> valueUp = new ArrayList<>();
    for (int h = 0; h < a.heads(); h++) {
      keyUp.add(matrix(a.kvLoraRank(), a.qkNope()));
      valueUp.add(matrix(a.value(), a.kvLoraRank()));
    }
    return new ModelWeights.Attention(
        Optional.of(new ModelWeights.QueryDown(matrix(a.qLoraRank(), width), ones(a.qLoraRank()))),
        matrix(a.heads() * (a.qkNope() + a.qkRope()), a.qLoraRank()),
        matrix(a.kvLoraRank() + a.qkRope(), width),
        ones(a.kvLoraRank()),
        keyUp,
        valueUp,
        matrix(width, a.heads() * a.value()));
  }

  private ModelWeights.Indexer indexer() {
    ModelConfig.Indexer i = config.indexer();
    return new ModelWeights.Indexer(
        matrix(i.heads() * i.dim(), config.attention().qLoraRank()),
        matrix(i.dim(), config.hiddenSize()),
        ones(i.dim()),
        new float[i.dim()],
        matrix(i.heads(), config.hiddenSize()));
  }

  private ModelWeights.Experts experts() {
    ModelConfig.FeedForward f = config.feedForward();
    List<ModelWeights.Mlp> routed = new ArrayList<>();
    for (int e = 0; e < f.routedExperts(); e++) {
      routed.add(mlp(f.expertIntermediate()));
    }
    return new ModelWeights.Experts(
        matrix(f.routedExperts(), config.hiddenSize()),
        new float[f.routedExperts()],
        routed,
        Optional.of(mlp(f.expertIntermediate() * f.sharedExperts())));
  }

  private ModelWeights.Mlp mlp(int width) {
    int hidden = config.hiddenSize();
    return new ModelWeights.Mlp(
        matrix(width, hidden), matrix(width, hidden), matrix(hidden, width));
  }

  private static float[] ones(int n) {
    float[] ones = new float[n];
    Arrays.fill(ones, 1f);
    return ones;
  }

  private WeightMatrix matrix(int rows, int cols) {
    WeightMatrix.RowBytes source =
        (first, count) -> bytes(count * cols, (float) Math.sqrt(3.0 / cols));
    return WeightMatrix.pack(rows, cols, precision, source, WeightMatrix.Fp8Scales.NONE);
  }

  /** Values uniform in -limit .. limit, in the weights' precision. */
  private ByteBuffer bytes(int count, float limit) {
    ByteBuffer buffer = ByteBuffer.allocate(count * precision.bytes());
    buffer.order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      float value = (float) (random.nextDouble() * 2 - 1) * limit;
      if (precision == Precision.F32) {
        buffer.putFloat(value);
      } else {
        buffer.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
      }
    }
    return buffer.flip();
  }
}
