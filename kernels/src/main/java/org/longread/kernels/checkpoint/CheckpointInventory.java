package org.longread.kernels.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.longread.kernels.checkpoint.ExpectedTensors.Expected;
import org.longread.kernels.checkpoint.ExpectedTensors.Use;
import org.longread.kernels.checkpoint.ModelConfig.BlockQuantization;

/**
 * What a model folder holds, held against its configuration: every tensor the model needs is there,
 * in the right shape and a type the kernels read. {@link #check} reads headers only, so a bad
 * checkpoint stops a job at once; {@link #verifyValues} reads the weights too.
 */
public final class CheckpointInventory {
  private final Path folder;
  private final ModelConfig config;
  private final boolean tiedHead;
  private final ModelFiles files;
  private final Problems problems = new Problems();
  private final Map<String, TensorGroup> groups = new LinkedHashMap<>();

  private CheckpointInventory(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException(StrictJson.cannotRead(folder, "no such model folder"));
    }
    this.folder = folder;
    ModelConfigReader.Parsed parsed = ModelConfigReader.parse(folder);
    this.config = parsed.config();
    this.files = ModelFiles.open(folder, problems);
    this.tiedHead = parsed.tiedHead() && files.find(TensorNames.HEAD).isEmpty();
  }

  /** Tensors, parameters and bytes of one group. */
  public record GroupTotal(TensorGroup group, long tensors, long parameters, long bytes) {}

  /**
   * Checks configuration, headers and shapes, without reading a weight.
   *
   * @throws CheckpointException listing every problem found
   */
  public static CheckpointInventory check(Path folder) {
    CheckpointInventory inventory = new CheckpointInventory(folder);
    ExpectedTensors.forEach(inventory.config, inventory::checkTensor);
    inventory.problems.throwIfAny("Cannot load checkpoint " + folder);
    return inventory;
  }

  /**
   * Reads every weight the model uses, looking for NaN, infinity and scales that are no positive
   * number. Costs one pass over the files and no memory.
   *
   * @throws CheckpointException listing the first such value of every tensor
   */
  public void verifyValues() {
    Problems found = new Problems();
    groups.keySet().stream()
        .map(files::find)
        .flatMap(Optional::stream)
        .map(
            tensor ->
                tensor.info().name().endsWith(TensorNames.SCALE_SUFFIX)
                    ? ValueScan.firstBadScale(tensor)
                    : ValueScan.firstNotFinite(tensor))
        .flatMap(Optional::stream)
        .forEach(found::add);
    found.throwIfAny("Cannot load checkpoint " + folder);
  }

  /** The folder checked. */
  public Path folder() {
    return folder;
  }

  /** The configuration. */
  public ModelConfig config() {
    return config;
  }

  /** Whether the output head is the embedding table. */
  public boolean tiedHead() {
    return tiedHead;
  }

  /** Every stored tensor, those not used included. */
  public List<StoredTensor> tensors() {
    List<StoredTensor> stored = new ArrayList<>();
    for (TensorBytes tensor : files.tensors().values()) {
      TensorInfo info = tensor.info();
      boolean scale = info.name().endsWith(TensorNames.SCALE_SUFFIX);
      stored.add(
          new StoredTensor(
              info.name(),
              info.dtype(),
              info.shape(),
              tensor.file().path().getFileName().toString(),
              info.bytes(),
              group(info.name()),
              scale ? 0 : info.elements()));
    }
    return stored;
  }

  /** Totals by group, empty groups left out. */
  public List<GroupTotal> totals() {
    Map<TensorGroup, GroupTotal> totals = new EnumMap<>(TensorGroup.class);
    for (StoredTensor tensor : tensors()) {
      totals.merge(
          tensor.group(),
          new GroupTotal(tensor.group(), 1, tensor.parameters(), tensor.bytes()),
          (a, b) ->
              new GroupTotal(
                  a.group(),
                  a.tensors() + b.tensors(),
                  a.parameters() + b.parameters(),
                  a.bytes() + b.bytes()));
    }
    return List.copyOf(totals.values());
  }

  /** Bytes the weights will take once loaded, padding and scales included. */
  public long packedBytes() {
    return new PackedSize(config, this::typeOf).bytes();
  }

  /** What the parts of the model take, stored and packed. */
  public WeightSizes sizes() {
    return WeightSizes.of(this);
  }

  /** How a tensor that was checked is stored. */
  DType typeOf(Expected tensor) {
    boolean tied = tensor.name().equals(TensorNames.HEAD) && tiedHead;
    return data(tied ? TensorNames.EMBEDDING : tensor.name()).info().dtype();
  }

  /** What is odd but harmless, such as tensors the architecture does not have. */
  public List<String> warnings() {
    return files.tensors().keySet().stream()
        .filter(name -> group(name) == TensorGroup.UNEXPECTED)
        .map(name -> "Ignored tensor " + Printable.of(name) + ": not part of the architecture")
        .toList();
  }

  /** The stored bytes of a tensor that was checked. */
  TensorBytes data(String name) {
    return files.find(name).orElseThrow();
  }

  private TensorGroup group(String name) {
    if (TensorNames.isBeyondLayers(name, config.layers())) {
      return TensorGroup.NEXT_TOKENS;
    }
    return groups.getOrDefault(name, TensorGroup.UNEXPECTED);
  }

  private void checkTensor(Expected expected) {
    if (expected.name().equals(TensorNames.HEAD) && tiedHead) {
      return;
    }
    Optional<TensorBytes> found = files.find(expected.name());
    if (files.isUnreadable(expected.name())) {
      return;
    }
    if (found.isEmpty()) {
      problems.add("Missing tensor " + expected.name() + " " + expected.shape());
      return;
    }
    groups.put(expected.name(), expected.group());
    TensorInfo info = found.get().info();
    checkShape(info, expected.shape());
    if (info.dtype() == DType.F8_E4M3 && expected.use() == Use.MATRIX) {
      checkScales(expected);
    } else if (info.dtype().precision().isEmpty() || info.dtype() == DType.F8_E4M3) {
      String types = "F32, F16, BF16" + (expected.use() == Use.MATRIX ? " or F8_E4M3" : "");
      problems.add(
          "Invalid dtype of " + info.name() + ": " + info.dtype() + " (expected " + types + ")");
    }
  }

  private void checkShape(TensorInfo info, List<Long> expected) {
    if (!info.shape().equals(expected)) {
      problems.add(
          "Invalid shape of " + info.name() + ": " + info.shape() + " (expected " + expected + ")");
    }
  }

  private void checkScales(Expected expected) {
    if (config.quantization().isEmpty()) {
      problems.add(
          "Invalid dtype of "
              + expected.name()
              + ": F8_E4M3 (expected quantization_config in "
              + ModelConfigReader.FILE
              + " to give its blocks)");
      return;
    }
    BlockQuantization block = config.quantization().get();
    List<Long> shape =
        List.of(
            blocks(expected.shape().get(0), block.blockRows()),
            blocks(expected.shape().get(1), block.blockCols()));
    String name = expected.name() + TensorNames.SCALE_SUFFIX;
    Optional<TensorBytes> scales = files.find(name);
    if (files.isUnreadable(name)) {
      return;
    }
    if (scales.isEmpty()) {
      problems.add("Missing tensor " + name + " " + shape + ", the scales of an F8_E4M3 weight");
      return;
    }
    groups.put(name, expected.group());
    checkShape(scales.get().info(), shape);
    DType type = scales.get().info().dtype();
    if (type != DType.F32 && type != DType.BF16 && type != DType.F16) {
      problems.add("Invalid dtype of " + name + ": " + type + " (expected F32, F16 or BF16)");
    }
  }

  private static long blocks(long size, int block) {
    return (size + block - 1) / block;
  }
}
