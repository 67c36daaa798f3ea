package org.longread.kernels.checkpoint;

import java.nio.file.Path;
import java.util.Arrays;

/** Fuzz target: any bytes as a safetensors header are tensors within the file, or refused. */
public final class FuzzSafetensors {
  private static final Path FILE = Path.of("fuzz.safetensors");

  private FuzzSafetensors() {}

  /** Input: two bytes of data length (little-endian, in units of four bytes), then the header. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < 2) {
      return;
    }
    long dataBytes = 4L * ((input[0] & 0xff) | (input[1] & 0xff) << 8);
    SafetensorsHeader header;
    try {
      header = SafetensorsHeader.parse(FILE, Arrays.copyOfRange(input, 2, input.length), dataBytes);
    } catch (CheckpointException e) {
      FuzzProblem.requireReadable(e);
      return;
    }
    long bytes = 0;
    for (TensorInfo tensor : header.tensors()) {
      if (tensor.begin() < 0 || tensor.bytes() < 0 || tensor.begin() > dataBytes - tensor.bytes()) {
        throw new IllegalStateException("out of the file: " + tensor);
      }
      bytes += tensor.bytes();
    }
    if (bytes > dataBytes) {
      throw new IllegalStateException(bytes + " bytes of tensors in " + dataBytes);
    }
  }
}
