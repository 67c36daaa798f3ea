package org.longread.kernels.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** A second, naive reading of a model folder, to hold the loader against: all weights as float. */
final class PlainReading {
  private final Map<String, float[]> values = new HashMap<>();
  private final Map<String, Integer> cols = new HashMap<>();

  PlainReading(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file :
          files.filter(f -> f.toString().matches(".*/model[^/]*safetensors")).toList()) {
        read(file);
      }
    }
  }

  private void read(Path file) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) all.getLong(0);
    JsonNode header = new ObjectMapper().readTree(all.array(), 8, length);
    for (Map.Entry<String, JsonNode> entry : header.properties()) {
      JsonNode tensor = entry.getValue();
      if (!tensor.has("dtype")) {
        continue;
      }
      int count = 1;
      for (JsonNode size : tensor.get("shape")) {
        count *= size.intValue();
        cols.put(entry.getKey(), size.intValue());
      }
      float[] floats = new float[count];
      int begin = 8 + length + tensor.get("data_offsets").get(0).intValue();
      for (int i = 0; i < count; i++) {
        floats[i] = element(tensor.get("dtype").textValue(), all, begin, i);
      }
      values.put(entry.getKey(), floats);
    }
  }

  private static float element(String dtype, ByteBuffer all, int begin, int i) {
    return switch (dtype) {
      case "F32" -> all.getFloat(begin + 4 * i);
      case "BF16" -> Float.intBitsToFloat(all.getShort(begin + 2 * i) << 16);
      case "F8_E4M3" -> e4m3(all.get(begin + i));
      default -> throw new IllegalStateException(dtype);
    };
  }

  private static float e4m3(byte code) {
    int exponent = code >> 3 & 15;
    double mantissa = (code & 7) / 8.0;
    double magnitude =
        exponent == 0 ? mantissa * Math.pow(2, -6) : (1 + mantissa) * Math.pow(2, exponent - 7);
    return (float) (code < 0 ? -magnitude : magnitude);
  }

  float[] vector(String name) {
    return values.get(name);
  }

  /** An element of a weight, scaled by its 128 x 128 block if it has scales. */
  float at(String name, int row, int col) {
    float value = values.get(name)[row * cols.get(name) + col];
    float[] scales = values.get(name + "_scale_inv");
    if (scales == null) {
      return value;
    }
    return value * scales[row / 128 * cols.get(name + "_scale_inv") + col / 128];
  }
}
