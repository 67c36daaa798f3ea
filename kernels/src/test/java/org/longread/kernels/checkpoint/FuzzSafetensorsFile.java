package org.longread.kernels.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Fuzz target: any bytes as a whole safetensors file, length of the header included, are refused or
 * give every value of every tensor.
 */
public final class FuzzSafetensorsFile {
  private static final String NAME = "fuzz.safetensors";
  private static final FuzzFolder FOLDER = new FuzzFolder();

  private FuzzSafetensorsFile() {}

  /** Input: the file. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    Path path = FOLDER.with(NAME, input).resolve(NAME);
    SafetensorsFile file;
    try {
      file = SafetensorsFile.open(path);
    } catch (CheckpointException e) {
      FuzzProblem.requireReadable(e);
      return;
    }
    long bytes = 0;
    for (TensorInfo tensor : file.tensors()) {
      if (file.data(tensor.name()).all().remaining() != tensor.bytes()) {
        throw new IllegalStateException("not all of " + tensor);
      }
      read(file, tensor);
      bytes += tensor.bytes();
    }
    if (bytes > input.length) {
      throw new IllegalStateException(bytes + " bytes of tensors in " + input.length);
    }
  }

  private static void read(SafetensorsFile file, TensorInfo tensor) {
    String name = tensor.name();
    try {
      ValueScan.firstNotFinite(file.data(name));
      int count =
          switch (tensor.dtype()) {
            case F64, F32, F16, BF16 ->
                Math.min(file.floats(name).length, file.doubles(name).length);
            case I64, I32 -> file.ints(name).length;
            case F8_E4M3, F8_E5M2, F8_E8M0, I8, U8, BOOL -> file.bytes(name).length;
            case I16, U16, U32, U64 -> Math.toIntExact(tensor.elements());
          };
      if (count != tensor.elements()) {
        throw new IllegalStateException(count + " values of " + tensor);
      }
    } catch (CheckpointException e) {
      FuzzProblem.requireReadable(e);
    }
  }
}
