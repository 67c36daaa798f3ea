package org.longread.kernels;

import java.io.Serializable;
import java.nio.file.Path;
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
 */
public record EngineOptions(
    Path model,
    String backend,
    DeviceRequest device,
    int chunkTokens,
    int threads,
    Placement placement) {
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
    this(model, backend, DeviceRequest.ANY, chunkTokens, threads, Placement.RESIDENT);
  }

  /** The same with weights elsewhere. */
  public EngineOptions with(Placement other) {
    return new EngineOptions(model, backend, device, chunkTokens, threads, other);
  }

  /** A model on a backend, with as many threads as processors. */
  public static EngineOptions of(Path model, String backend) {
    return new EngineOptions(
        model, backend, DEFAULT_CHUNK_TOKENS, Runtime.getRuntime().availableProcessors());
  }
}
