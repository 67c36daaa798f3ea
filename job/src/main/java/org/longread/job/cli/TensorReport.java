package org.longread.job.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.longread.job.Units;
import org.longread.kernels.checkpoint.CheckpointInventory;
import org.longread.kernels.checkpoint.CheckpointInventory.GroupTotal;
import org.longread.kernels.checkpoint.DType;
import org.longread.kernels.checkpoint.ModelConfig;
import org.longread.kernels.checkpoint.PublishedModel;
import org.longread.kernels.checkpoint.StoredTensor;
import org.longread.kernels.checkpoint.TensorGroup;

/** Tensors by group in tables: those stored, or those that a configuration alone asks for. */
final class TensorReport {
  private static final String INDENT = "  ";

  private TensorReport() {}

  /** Those of a checkpoint. */
  static List<String> stored(CheckpointInventory inventory) {
    TextTable table = new TextTable().row("group", "tensors", "parameters", "bytes", "stored as");
    long tensors = 0;
    long parameters = 0;
    long bytes = 0;
    for (GroupTotal total : inventory.totals()) {
      table.row(
          total.group().title(),
          Units.count(total.tensors()),
          Units.count(total.parameters()),
          Units.bytes(total.bytes()),
          dtypes(inventory, total.group()));
      tensors += total.tensors();
      parameters += total.parameters();
      bytes += total.bytes();
    }
    table.row("all", Units.count(tensors), Units.count(parameters), Units.bytes(bytes), "");
    return table.lines(INDENT);
  }

  /** Each by name, with type and shape. */
  static List<String> listed(List<StoredTensor> tensors) {
    TextTable table = new TextTable().row("tensor", "type", "shape");
    for (StoredTensor tensor : tensors) {
      table.row(tensor.name(), tensor.dtype().name(), tensor.shape().toString());
    }
    return table.lines(INDENT);
  }

  private static String dtypes(CheckpointInventory inventory, TensorGroup group) {
    return inventory.tensors().stream()
        .filter(tensor -> tensor.group() == group)
        .map(StoredTensor::dtype)
        .distinct()
        .sorted()
        .map(Enum::name)
        .collect(Collectors.joining(" "));
  }

  /** Those a configuration asks for, as published and as packed. */
  static List<String> published(ModelConfig config) {
    TextTable table =
        new TextTable()
            .row("group", "tensors", "parameters", "published", "in memory", "published as");
    long tensors = 0;
    long parameters = 0;
    long bytes = 0;
    long packed = 0;
    for (PublishedModel.Group group : PublishedModel.groups(config)) {
      GroupTotal total = group.total();
      table.row(
          total.group().title(),
          Units.count(total.tensors()),
          Units.count(total.parameters()),
          Units.bytes(total.bytes()),
          Units.bytes(group.packedBytes()),
          group.types().stream().map(DType::name).collect(Collectors.joining(" ")));
      tensors += total.tensors();
      parameters += total.parameters();
      bytes += total.bytes();
      packed += group.packedBytes();
    }
    table.row(
        "all",
        Units.count(tensors),
        Units.count(parameters),
        Units.bytes(bytes),
        Units.bytes(packed),
        "");
    return table.lines(INDENT);
  }
}
