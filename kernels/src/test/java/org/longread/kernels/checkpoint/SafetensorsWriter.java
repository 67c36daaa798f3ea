package org.longread.kernels.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes safetensors files for tests: good ones, and any header over any data. */
public final class SafetensorsWriter {
  private final List<String> entries = new ArrayList<>();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  /** Adds a tensor of any type, little-endian as stored. */
  public SafetensorsWriter add(String name, DType dtype, List<Long> shape, byte[] bytes) {
    int begin = data.size();
    data.writeBytes(bytes);
    entries.add(
        "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
            .formatted(name, dtype, shape, begin, data.size()));
    return this;
  }

  /** Adds an F32 tensor. */
  public SafetensorsWriter addFloats(String name, float[] values, long... shape) {
    byte[] bytes = new byte[values.length * Float.BYTES];
    littleEndian(bytes).asFloatBuffer().put(values);
    return add(name, DType.F32, Arrays.stream(shape).boxed().toList(), bytes);
  }

  /** Adds an I32 tensor. */
  public SafetensorsWriter addInts(String name, int[] values, long... shape) {
    byte[] bytes = new byte[values.length * Integer.BYTES];
    littleEndian(bytes).asIntBuffer().put(values);
    return add(name, DType.I32, Arrays.stream(shape).boxed().toList(), bytes);
  }

  /** Writes what was added. */
  public Path write(Path file) {
    return writeRaw(file, "{" + String.join(",", entries) + "}", data.toByteArray());
  }

  /** Writes a header as it stands, with its true length, over any data. */
  public static Path writeRaw(Path file, String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return writeRaw(file, json.length, json, data);
  }

  /** Writes a header of which the length may be a lie. */
  public static Path writeRaw(Path file, long length, byte[] header, byte[] data) {
    byte[] bytes = new byte[Long.BYTES + header.length + data.length];
    littleEndian(bytes).putLong(length).put(header).put(data);
    try {
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
