package org.longread.kernels.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.longread.kernels.checkpoint.SafetensorsFile;
import org.longread.kernels.checkpoint.TensorInfo;

/** A copy of some golden files, to be spoilt. */
final class GoldenCopy {
  private final Path folder;

  private GoldenCopy(Path folder) {
    this.folder = folder;
  }

  /** Copies the named files of one folder into another. */
  static GoldenCopy of(Path source, Path folder, List<String> files) throws IOException {
    for (String file : files) {
      Files.copy(source.resolve(file), folder.resolve(file));
    }
    return new GoldenCopy(folder);
  }

  Path folder() {
    return folder;
  }

  /** Replaces a text of ASCII characters in a file wherever it stands. */
  void replace(String file, String text, String other) throws IOException {
    Path path = folder.resolve(file);
    String content = Files.readString(path, StandardCharsets.ISO_8859_1);
    Files.writeString(path, content.replace(text, other), StandardCharsets.ISO_8859_1);
  }

  void write(String file, byte[] content) throws IOException {
    Files.write(folder.resolve(file), content);
  }

  byte[] read(String file) throws IOException {
    return Files.readAllBytes(folder.resolve(file));
  }

  /** Changes the first element of a tensor by about 1, or by one code. */
  void alter(String file, String tensor) throws IOException {
    byte[] content = read(file);
    TensorInfo info = tensor(file, tensor);
    ByteBuffer view = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    int at = begin(view, info);
    switch (info.dtype()) {
      case F64 -> view.putDouble(at, view.getDouble(at) + 1);
      case F32 -> view.putFloat(at, view.getFloat(at) + 1);
      case I32 -> view.putInt(at, view.getInt(at) + 1);
      // Twice or half the value.
      case BF16 -> view.putShort(at, (short) (view.getShort(at) ^ 0x80));
      case U8, F8_E4M3 -> view.put(at, (byte) (view.get(at) ^ 1));
      default -> throw new IllegalArgumentException("Invalid dtype: " + info);
    }
    write(file, content);
  }

  /** Sets the first element of an I32 tensor. */
  void set(String file, String tensor, int value) throws IOException {
    byte[] content = read(file);
    ByteBuffer view = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    view.putInt(begin(view, tensor(file, tensor)), value);
    write(file, content);
  }

  private TensorInfo tensor(String file, String tensor) {
    return SafetensorsFile.open(folder.resolve(file)).tensor(tensor);
  }

  private static int begin(ByteBuffer content, TensorInfo info) {
    return Math.toIntExact(Long.BYTES + content.getLong(0) + info.begin());
  }
}
