package org.longread.kernels.checkpoint;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.longread.kernels.checkpoint.CheckpointInventory.GroupTotal;
import org.longread.kernels.checkpoint.ModelConfig.BlockQuantization;

/** The tensors of a configuration as DeepSeek would publish them; nothing is read but it. */
public final class PublishedModel {
  private PublishedModel() {}

  /**
   * One group of tensors.
   *
   * @param total its tensors, scales included, and their bytes as published
   * @param packedBytes in memory
   * @param types it is stored as
   */
  public record Group(GroupTotal total, long packedBytes, List<DType> types) {
    public Group {
      types = List.copyOf(types);
    }

    private Group plus(Group other) {
      List<DType> both = new ArrayList<>(types);
      other.types.stream().filter(type -> !both.contains(type)).forEach(both::add);
      GroupTotal sum =
          new GroupTotal(
              total.group(),
              total.tensors() + other.total.tensors(),
              total.parameters() + other.total.parameters(),
              total.bytes() + other.total.bytes());
      return new Group(sum, packedBytes + other.packedBytes, both);
    }
  }

  /** Every group that has tensors, in the order of the forward pass. */
  public static List<Group> groups(ModelConfig config) {
    PublishedTypes types = new PublishedTypes(config);
    PackedSize packed = new PackedSize(config, types::of);
    Map<TensorGroup, Group> groups = new EnumMap<>(TensorGroup.class);
    ExpectedTensors.forEach(
        config,
        tensor -> {
          DType type = types.of(tensor);
          long parameters = tensor.shape().stream().reduce(1L, Math::multiplyExact);
          long stored = WeightSizes.storedBytes(config, tensor, type);
          long count = type == DType.F8_E4M3 ? 2 : 1;
          Group one =
              new Group(
                  new GroupTotal(tensor.group(), count, parameters, stored),
                  packed.bytes(tensor),
                  List.of(type));
          groups.merge(tensor.group(), one, Group::plus);
        });
    return List.copyOf(groups.values());
  }

  /** Every tensor, scales of FP8 included; {@code file} is empty. */
  public static List<StoredTensor> tensors(ModelConfig config) {
    PublishedTypes types = new PublishedTypes(config);
    List<StoredTensor> tensors = new ArrayList<>();
    ExpectedTensors.forEach(
        config,
        tensor -> {
          DType type = types.of(tensor);
          long parameters = tensor.shape().stream().reduce(1L, Math::multiplyExact);
          long bytes = parameters * type.bytes();
          long scales = WeightSizes.storedBytes(config, tensor, type) - bytes;
          tensors.add(
              new StoredTensor(
                  tensor.name(), type, tensor.shape(), "", bytes, tensor.group(), parameters));
          if (scales > 0) {
            tensors.add(scale(config, tensor, scales));
          }
        });
    return tensors;
  }

  private static StoredTensor scale(ModelConfig config, ExpectedTensors.Expected of, long bytes) {
    BlockQuantization block = config.quantization().orElseThrow();
    List<Long> shape =
        List.of(
            (of.shape().get(0) + block.blockRows() - 1) / block.blockRows(),
            (of.shape().get(1) + block.blockCols() - 1) / block.blockCols());
    String name = of.name() + TensorNames.SCALE_SUFFIX;
    return new StoredTensor(name, DType.F32, shape, "", bytes, of.group(), 0);
  }
}
