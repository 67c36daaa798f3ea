package org.longread.kernels.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Writes a model folder of any shape with random bfloat16 weights, streaming: as large as the disk
 * holds. {@code main FOLDER MODEL [name=value ...]} writes one from the command line.
 */
public final class RandomCheckpoint {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RandomCheckpoint() {}

  /** Writes FOLDER with the shape of MODEL's config.json, some of its numbers replaced. */
  public static void main(String[] arguments) {
    Map<String, Integer> changes = new TreeMap<>();
    for (int n = 2; n < arguments.length; n++) {
      String[] pair = arguments[n].split("=", 2);
      changes.put(pair[0], Integer.valueOf(pair[1]));
    }
    write(Path.of(arguments[0]), Path.of(arguments[1]), changes);
  }

  /** Writes a folder with the shape of another model's, some numbers of its config replaced. */
  public static Path write(Path folder, Path model, Map<String, Integer> changes) {
    try {
      ObjectNode config =
          (ObjectNode) JSON.readTree(model.resolve(ModelConfigReader.FILE).toFile());
      changes.forEach(config::put);
      Files.createDirectories(folder);
      Files.writeString(folder.resolve(ModelConfigReader.FILE), config.toString());
      writeWeights(folder, ModelConfigReader.parse(folder).config());
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeWeights(Path folder, ModelConfig config) throws IOException {
    List<ExpectedTensors.Expected> tensors = new ArrayList<>();
    ExpectedTensors.forEach(config, tensors::add);
    ObjectNode header = JSON.createObjectNode();
    long begin = 0;
    for (ExpectedTensors.Expected tensor : tensors) {
      long end = begin + 2 * elements(tensor);
      ObjectNode entry = header.putObject(tensor.name()).put("dtype", "BF16");
      tensor.shape().forEach(entry.withArray("shape")::add);
      entry.withArray("data_offsets").add(begin).add(end);
      begin = end;
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    try (OutputStream out =
        new BufferedOutputStream(
            Files.newOutputStream(folder.resolve("model.safetensors")), 1 << 20)) {
      out.write(bytesOf(littleEndian(Long.BYTES).putLong(json.length)));
      out.write(json);
      SplittableRandom random = new SplittableRandom(7);
      for (ExpectedTensors.Expected tensor : tensors) {
        writeValues(out, tensor, random);
      }
    }
  }

  /** Ones for vectors; else uniform, so that activations keep their size. */
  private static void writeValues(
      OutputStream out, ExpectedTensors.Expected tensor, SplittableRandom random)
      throws IOException {
    boolean vector = tensor.shape().size() == 1;
    int width = Math.toIntExact(tensor.shape().get(tensor.shape().size() - 1));
    double limit = Math.sqrt(3.0 / width);
    for (long row = 0; row < elements(tensor) / width; row++) {
      ByteBuffer values = littleEndian(2 * width);
      for (int c = 0; c < width; c++) {
        float value = vector ? 1 : (float) ((random.nextDouble() * 2 - 1) * limit);
        values.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
      }
      out.write(bytesOf(values));
    }
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] bytesOf(ByteBuffer full) {
    byte[] bytes = new byte[full.flip().remaining()];
    full.get(bytes);
    return bytes;
  }

  private static long elements(ExpectedTensors.Expected tensor) {
    return tensor.shape().stream().reduce(1L, Math::multiplyExact);
  }
}
