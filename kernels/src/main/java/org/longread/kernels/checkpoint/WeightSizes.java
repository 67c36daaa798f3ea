package org.longread.kernels.checkpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.longread.kernels.checkpoint.ExpectedTensors.Expected;

/**
 * What the parts of a model take: stored, which is what is read, and packed. Known from headers, or
 * from a configuration alone.
 */
public final class WeightSizes {
  private final ModelConfig config;
  private final Map<WeightUnit, Size> units = new LinkedHashMap<>();

  /**
   * Bytes of a part.
   *
   * @param stored in files, scales included
   * @param packed in memory, padding and scales included
   */
  public record Size(long stored, long packed) {
    /** Of nothing. */
    public static final Size NONE = new Size(0, 0);

    Size plus(Size other) {
      return new Size(stored + other.stored, packed + other.packed);
    }
  }

  private WeightSizes(ModelConfig config, Function<Expected, DType> types, boolean tiedHead) {
    this.config = config;
    PackedSize packed = new PackedSize(config, types);
    ExpectedTensors.forEach(
        config,
        tensor ->
            units.merge(
                WeightUnit.of(tensor.name()),
                new Size(storedBytes(config, tensor, types.apply(tensor)), packed.bytes(tensor)),
                Size::plus));
    if (tiedHead) {
      units.merge(WeightUnit.HEAD, Size.NONE, Size::plus);
    }
  }

  /** Of a checkpoint, as its headers say. */
  static WeightSizes of(CheckpointInventory inventory) {
    return new WeightSizes(inventory.config(), inventory::typeOf, inventory.tiedHead());
  }

  /** Of a configuration, in the types in which DeepSeek publishes it. */
  public static WeightSizes published(ModelConfig config) {
    return new WeightSizes(config, new PublishedTypes(config)::of, false);
  }

  /** What a tensor takes in files, with its scales. */
  static long storedBytes(ModelConfig config, Expected tensor, DType type) {
    long elements = tensor.shape().stream().reduce(1L, Math::multiplyExact);
    return elements * type.bytes() + scaleBytes(config, tensor, type);
  }

  private static long scaleBytes(ModelConfig config, Expected tensor, DType type) {
    if (type != DType.F8_E4M3 || config.quantization().isEmpty()) {
      return 0;
    }
    ModelConfig.BlockQuantization block = config.quantization().get();
    long down = (tensor.shape().get(0) + block.blockRows() - 1) / block.blockRows();
    long across = (tensor.shape().get(1) + block.blockCols() - 1) / block.blockCols();
    return down * across * Float.BYTES;
  }

  Size of(WeightUnit unit) {
    return units.getOrDefault(unit, Size.NONE);
  }

  /** The embedding table. */
  public Size embedding() {
    return of(WeightUnit.EMBEDDING);
  }

  /** Final norm and output head. */
  public Size head() {
    return of(WeightUnit.HEAD);
  }

  /** What every token of layer {@code n} uses: all but its routed experts. */
  public Size layer(int n) {
    return of(WeightUnit.layer(n));
  }

  /** One routed expert of layer {@code n}, the first standing for all. */
  public Size expert(int n) {
    return of(WeightUnit.expert(n, 0));
  }

  /** Everything. */
  public Size all() {
    return units.values().stream().reduce(Size.NONE, Size::plus);
  }

  /** Packed bytes of the largest layer without its routed experts. */
  public long largestLayer() {
    return IntStream.range(0, config.layers()).mapToLong(n -> layer(n).packed()).max().orElse(0);
  }

  /** Packed bytes of the largest routed expert. */
  public long largestExpert() {
    return units.entrySet().stream()
        .filter(entry -> entry.getKey().isExpert())
        .mapToLong(entry -> entry.getValue().packed())
        .max()
        .orElse(0);
  }
}
