package org.longread.kernels.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A reference model taken apart, to be spoilt in one place and written elsewhere. */
final class EditedModel {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A stored tensor. */
  @SuppressWarnings("ArrayRecordComponent")
  record Tensor(DType dtype, List<Long> shape, byte[] bytes) {}

  final Map<String, Tensor> tensors = new LinkedHashMap<>();
  final ObjectNode config;

  EditedModel(String golden) {
    Path folder = GoldenFiles.model(golden);
    try {
      config = (ObjectNode) JSON.readTree(folder.resolve("config.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ModelFiles.open(folder, new Problems())
        .tensors()
        .forEach(
            (name, data) -> {
              byte[] bytes = new byte[Math.toIntExact(data.info().bytes())];
              data.all().get(bytes);
              tensors.put(name, new Tensor(data.info().dtype(), data.info().shape(), bytes));
            });
  }

  /** The little-endian element at {@code index} of a tensor becomes {@code bits}. */
  EditedModel put(String name, int index, long bits) {
    Tensor tensor = tensors.get(name);
    int size = tensor.dtype().bytes();
    for (int b = 0; b < size; b++) {
      tensor.bytes()[index * size + b] = (byte) (bits >>> (8 * b));
    }
    return this;
  }

  EditedModel reshape(String name, Long... shape) {
    Tensor tensor = tensors.get(name);
    tensors.put(name, new Tensor(tensor.dtype(), List.of(shape), tensor.bytes()));
    return this;
  }

  EditedModel retype(String name, DType type) {
    Tensor tensor = tensors.get(name);
    tensors.put(name, new Tensor(type, tensor.shape(), tensor.bytes()));
    return this;
  }

  /** Writes configuration and one file of weights. */
  Path write(Path folder) {
    SafetensorsWriter writer = new SafetensorsWriter();
    tensors.forEach((name, t) -> writer.add(name, t.dtype(), t.shape(), t.bytes()));
    writer.write(folder.resolve("model.safetensors"));
    try {
      Files.writeString(folder.resolve("config.json"), config.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder;
  }
}
