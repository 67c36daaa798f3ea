package org.longread.kernels.checkpoint;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.longread.kernels.ops.EmbeddingTable;
import org.longread.kernels.ops.PanelArrays;
import org.longread.kernels.ops.Precision;
import org.longread.kernels.ops.WeightMatrix;
import org.longread.kernels.ops.WeightMatrix.Fp8Scales;
import org.longread.kernels.ops.WeightMatrix.RowBytes;

/**
 * Packs the weights of a model folder.
 *
 * <p>Weights keep their stored precision. Each is packed panel by panel from a few MiB of its file,
 * so the process grows by the packed weights alone: the peak is about their size.
 */
public final class CheckpointLoader {
  private final CheckpointInventory inventory;
  private final ModelConfig config;
  private final PanelArrays arrays;
  private final int routedExperts;
  private final ReadAhead.Buffer buffer = new ReadAhead.Buffer();

  private CheckpointLoader(CheckpointInventory inventory, PanelArrays arrays, int routedExperts) {
    this.inventory = inventory;
    this.config = inventory.config();
    this.arrays = arrays;
    this.routedExperts = routedExperts;
  }

  /** A loader of parts, one at a time, into arrays that are used again; layers without experts. */
  static CheckpointLoader ofParts(CheckpointInventory inventory, PanelArrays arrays) {
    return new CheckpointLoader(inventory, arrays, 0);
  }

  /**
   * Checks and loads a model folder.
   *
   * @throws CheckpointException listing what {@link CheckpointInventory#check} finds, or naming the
   *     first weight that holds a NaN or an infinity
   */
  public static Checkpoint load(Path folder) {
    return load(CheckpointInventory.check(folder));
  }

  /**
   * Loads a folder that has been checked.
   *
   * @throws CheckpointException naming the first weight that holds a NaN or an infinity
   */
  public static Checkpoint load(CheckpointInventory inventory) {
    int routedExperts = inventory.config().feedForward().routedExperts();
    CheckpointLoader loader = new CheckpointLoader(inventory, PanelArrays.NEW, routedExperts);
    return new Checkpoint(inventory.config(), loader.model());
  }

  private ModelWeights model() {
    List<ModelWeights.Layer> layers = new ArrayList<>();
    EmbeddingTable embedding = embedding();
    for (int n = 0; n < config.layers(); n++) {
      layers.add(layer(n));
    }
    return new ModelWeights(embedding, layers, finalNorm(), head());
  }

  EmbeddingTable embedding() {
    return table(TensorNames.EMBEDDING);
  }

  float[] finalNorm() {
    return vector(TensorNames.FINAL_NORM);
  }

  WeightMatrix head() {
    return matrix(inventory.tiedHead() ? TensorNames.EMBEDDING : TensorNames.HEAD);
  }

  /** A routed expert of layer {@code n}. */
  ModelWeights.Mlp expert(int n, int e) {
    return mlp(TensorNames.layer(n) + TensorNames.expert(e));
  }

  ModelWeights.Layer layer(int n) {
    String layer = TensorNames.layer(n);
    return new ModelWeights.Layer(
        vector(layer + TensorNames.INPUT_NORM),
        attention(layer),
        config.indexes(n) ? Optional.of(indexer(layer)) : Optional.empty(),
        vector(layer + TensorNames.POST_ATTENTION_NORM),
        config.isDense(n) ? mlp(layer + TensorNames.DENSE_MLP) : experts(layer));
  }

  private ModelWeights.Attention attention(String layer) {
    ModelConfig.Attention widths = config.attention();
    String expand = layer + TensorNames.KEY_VALUE_UP;
    List<WeightMatrix> keyUp = new ArrayList<>();
    List<WeightMatrix> valueUp = new ArrayList<>();
    for (int h = 0; h < widths.heads(); h++) {
      int keyRow = h * (widths.qkNope() + widths.value());
      keyUp.add(transposedRows(expand, keyRow, widths.qkNope()));
      valueUp.add(rows(expand, keyRow + widths.qkNope(), widths.value()));
    }
    return new ModelWeights.Attention(
        queryDown(layer),
        matrix(layer + (widths.hasQueryRank() ? TensorNames.QUERY_UP : TensorNames.QUERY)),
        matrix(layer + TensorNames.KEY_VALUE_DOWN),
        vector(layer + TensorNames.KEY_VALUE_NORM),
        keyUp,
        valueUp,
        matrix(layer + TensorNames.OUTPUT));
  }

  private Optional<ModelWeights.QueryDown> queryDown(String layer) {
    if (!config.attention().hasQueryRank()) {
      return Optional.empty();
    }
    return Optional.of(
        new ModelWeights.QueryDown(
            matrix(layer + TensorNames.QUERY_DOWN), vector(layer + TensorNames.QUERY_NORM)));
  }

  private ModelWeights.Indexer indexer(String layer) {
    return new ModelWeights.Indexer(
        matrix(layer + TensorNames.INDEX_QUERY_UP),
        matrix(layer + TensorNames.INDEX_KEY),
        vector(layer + TensorNames.INDEX_KEY_NORM),
        vector(layer + TensorNames.INDEX_KEY_NORM_BIAS),
        matrix(layer + TensorNames.INDEX_HEAD_WEIGHTS));
  }

  private ModelWeights.Mlp mlp(String prefix) {
    return new ModelWeights.Mlp(
        matrix(prefix + TensorNames.GATE),
        matrix(prefix + TensorNames.UP),
        matrix(prefix + TensorNames.DOWN));
  }

  private ModelWeights.Experts experts(String layer) {
    List<ModelWeights.Mlp> routed = new ArrayList<>();
    for (int e = 0; e < routedExperts; e++) {
      routed.add(mlp(layer + TensorNames.expert(e)));
    }
    Optional<ModelWeights.Mlp> shared =
        config.feedForward().sharedExperts() == 0
            ? Optional.empty()
            : Optional.of(mlp(layer + TensorNames.SHARED_EXPERTS));
    return new ModelWeights.Experts(
        matrix(layer + TensorNames.ROUTER), choiceBias(layer), routed, shared);
  }

  private float[] choiceBias(String layer) {
    ModelConfig.FeedForward moe = config.feedForward();
    return moe.routing() == ModelConfig.Routing.SIGMOID
        ? vector(layer + TensorNames.ROUTER_BIAS)
        : new float[moe.routedExperts()];
  }

  private float[] vector(String name) {
    TensorBytes tensor = inventory.data(name);
    refuseIf(ValueScan.firstNotFinite(tensor));
    return TensorValues.floats(tensor);
  }

  /** A table, or some rows of one, out of {@code source}. */
  static EmbeddingTable table(TensorBytes tensor, int rows, RowBytes source) {
    int width = (int) tensor.info().cols();
    return packed(tensor, () -> EmbeddingTable.pack(rows, width, precision(tensor), source));
  }

  private EmbeddingTable table(String name) {
    TensorBytes tensor = inventory.data(name);
    int rows = (int) tensor.info().rows();
    return table(tensor, rows, new ReadAhead(tensor, 0, rows, buffer));
  }

  private WeightMatrix matrix(String name) {
    return rows(name, 0, (int) inventory.data(name).info().rows());
  }

  /** Rows {@code first} to {@code first + count - 1} of a weight, [count, cols]. */
  private WeightMatrix rows(String name, int first, int count) {
    TensorBytes tensor = inventory.data(name);
    int cols = (int) tensor.info().cols();
    Fp8Scales scales =
        scales(tensor).map(blocks -> blocks.ofRows(first, cols)).orElse(Fp8Scales.NONE);
    RowBytes source = new ReadAhead(tensor, first, count, buffer);
    return pack(tensor, count, cols, source, scales);
  }

  /** The same rows transposed, [cols, count]. */
  private WeightMatrix transposedRows(String name, int first, int count) {
    TensorBytes tensor = inventory.data(name);
    Fp8Scales scales =
        scales(tensor).map(blocks -> blocks.ofTransposedRows(first, count)).orElse(Fp8Scales.NONE);
    int rows = (int) tensor.info().cols();
    ByteBuffer stored = new ReadAhead(tensor, first, count, buffer).read(0, count);
    return packed(
        tensor,
        () -> WeightMatrix.packTransposed(rows, count, precision(tensor), stored, scales, arrays));
  }

  private WeightMatrix pack(
      TensorBytes tensor, int rows, int cols, RowBytes source, Fp8Scales scales) {
    return packed(
        tensor, () -> WeightMatrix.pack(rows, cols, precision(tensor), source, scales, arrays));
  }

  /** Runs a packing; a value it refuses is named by its place in the stored tensor. */
  private static <T> T packed(TensorBytes tensor, Supplier<T> packing) {
    try {
      return packing.get();
    } catch (IllegalArgumentException e) {
      refuseIf(ValueScan.firstNotFinite(tensor));
      throw new CheckpointException(
          StrictJson.cannotRead(
              tensor.file().path(), "tensor " + tensor.info().name() + ": " + e.getMessage()),
          e);
    }
  }

  private Optional<BlockScales> scales(TensorBytes weight) {
    if (weight.info().dtype() != DType.F8_E4M3) {
      return Optional.empty();
    }
    TensorBytes tensor = inventory.data(weight.info().name() + TensorNames.SCALE_SUFFIX);
    refuseIf(ValueScan.firstBadScale(tensor));
    return Optional.of(
        new BlockScales(
            TensorValues.floats(tensor),
            config.quantization().orElseThrow(),
            (int) tensor.info().cols()));
  }

  private static Precision precision(TensorBytes tensor) {
    return tensor.info().dtype().precision().orElseThrow();
  }

  private static void refuseIf(Optional<String> problem) {
    if (problem.isPresent()) {
      throw new CheckpointException(problem.get());
    }
  }
}
