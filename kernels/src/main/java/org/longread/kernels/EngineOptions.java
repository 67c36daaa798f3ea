package org.longread.kernels;

import java.io.Serializable;
import java.nio.file.Path;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.ops.ComputePrecision;
import org.longread.kernels.ops.DeviceRequest;

/**
 * What an engine is opened with.
 *
 * @param model folder with config.json and safetensors
 * @param backend auto, scalar, cpu or tornado
 * @param device of the backend
 * @param chunkTokens tokens prefilled at once; changes memory and speed, never results
 * @param threads threads that may compute at once, callers included; never changes results
 * @param placement where weights are; never changes results
 * @param precision what is rounded between operations
 */
public record EngineOptions(
    Path model,
    String backend,
    DeviceRequest device,
    int chunkTokens,
    int threads,
    Placement placement,
    ComputePrecision precision) {
  /** Tokens prefilled at once unless told otherwise. */
  public static final int DEFAULT_CHUNK_TOKENS = 1024;

  /**
   * Where weights are.
   *
   * @param streamedBytes memory for weights that are streamed; 0 takes a part of the heap
   */
  public record Placement(WeightsMode mode, long streamedBytes) implements Serializable {
    /** Wherever they fit. */
    public static final Placement AUTO = new Placement(WeightsMode.AUTO, 0);

    /** All of them in memory. */
    public static final Placement RESIDENT = new Placement(WeightsMode.RESIDENT, 0);
  }

  public EngineOptions {
    if (chunkTokens < 1) {
      throw new IllegalArgumentException(
          "Invalid chunkTokens: " + chunkTokens + " (expected 1 or more)");
    }
  }

  /** A model on whatever device a backend takes. */
  public EngineOptions(Path model, String backend, int chunkTokens, int threads) {
    this(
        model,
        backend,
        DeviceRequest.ANY,
        chunkTokens,
        threads,
        Placement.RESIDENT,
        ComputePrecision.F32);
  }

  /** The same with weights elsewhere. */
  public EngineOptions with(Placement other) {
    return new EngineOptions(model, backend, device, chunkTokens, threads, other, precision);
  }

  /** The same in another precision. */
  public EngineOptions with(ComputePrecision other) {
    return new EngineOptions(model, backend, device, chunkTokens, threads, placement, other);
  }

  /**
   * Checks that a model can be computed in a precision.
   *
   * @throws IllegalArgumentException if FP8 is asked of weights that are not FP8, or of index keys
   *     that cannot be rotated
   */
  public static void check(ComputePrecision precision, ModelConfig config) {
    if (precision == ComputePrecision.F32) {
      return;
    }
    if (config.quantization().isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid compute-precision: fp8 (expected f32: the model's weights are not FP8, its"
              + " config.json has no quantization_config)");
    }
    int dim = config.indexer().dim();
    if (config.hasIndexer() && Integer.bitCount(dim) != 1) {
      throw new IllegalArgumentException(
          "Invalid compute-precision: fp8 (expected f32: index_head_dim "
              + dim
              + " is not a power of two)");
    }
  }

  /** A model on a backend, with as many threads as processors. */
  public static EngineOptions of(Path model, String backend) {
    return new EngineOptions(
        model, backend, DEFAULT_CHUNK_TOKENS, Runtime.getRuntime().availableProcessors());
  }
}
