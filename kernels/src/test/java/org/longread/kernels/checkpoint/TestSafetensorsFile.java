package org.longread.kernels.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.longread.kernels.ops.Widening;

class TestSafetensorsFile {
  @TempDir Path folder;

  @Test
  void readsBackWhatWasWritten() {
    SafetensorsFile file =
        SafetensorsFile.open(
            new SafetensorsWriter()
                .addFloats("a", new float[] {1, -2, 0.5f, 3, 4, 5}, 2, 3)
                .addInts("b", new int[] {-1, Integer.MAX_VALUE}, 2)
                .add("half", DType.F16, List.of(2L), new byte[] {0, 0x3C, 0, (byte) 0xC0})
                .add("brain", DType.BF16, List.of(1L), new byte[] {(byte) 0x80, 0x3F})
                .add("bytes", DType.U8, List.of(3L), new byte[] {1, 2, -1})
                .write(folder.resolve("x.safetensors")));
    assertThat(file.tensors())
        .extracting(TensorInfo::name)
        .containsExactly("a", "b", "half", "brain", "bytes");
    assertThat(file.tensor("a").shape()).containsExactly(2L, 3L);
    assertThat(file.floats("a")).containsExactly(1, -2, 0.5f, 3, 4, 5);
    assertThat(file.doubles("a")).containsExactly(1, -2, 0.5, 3, 4, 5);
    assertThat(file.ints("b")).containsExactly(-1, Integer.MAX_VALUE);
    assertThat(file.floats("half")).containsExactly(1, -2);
    assertThat(file.floats("brain")).containsExactly(1);
    assertThat(file.bytes("bytes")).containsExactly(1, 2, -1);
  }

  @Test
  void narrowsLongsExactlyOrRefuses() {
    byte[] longs = {5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0};
    SafetensorsFile file =
        SafetensorsFile.open(
            new SafetensorsWriter()
                .add("fits", DType.I64, List.of(1L), java.util.Arrays.copyOf(longs, 8))
                .add("both", DType.I64, List.of(2L), longs)
                .write(folder.resolve("x.safetensors")));
    assertThat(file.ints("fits")).containsExactly(5);
    assertThatThrownBy(() -> file.ints("both"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tensor both: element 1 is 4294967296");
  }

  @Test
  void readsRowRanges() {
    SafetensorsFile file =
        SafetensorsFile.open(
            new SafetensorsWriter()
                .addFloats("other", new float[] {9}, 1)
                .addFloats("a", new float[] {1, 2, 3, 4, 5, 6}, 3, 2)
                .write(folder.resolve("x.safetensors")));
    TensorBytes data = file.data("a");
    ByteBuffer rows = data.rows(1, 2);
    assertThat(rows.remaining()).isEqualTo(16);
    assertThat(rows.getFloat(0)).isEqualTo(3);
    assertThat(rows.getFloat(12)).isEqualTo(6);
    assertThat(rows.isReadOnly()).isTrue();
    assertThatThrownBy(() -> data.rows(2, 2)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void acceptsMetadataScalarsEmptyTensorsAndPadding() {
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"none\":{\"dtype\":\"F32\",\"shape\":[0,7],\"data_offsets\":[0,0]},"
            + "\"one\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},"
            + "\"last\":{\"dtype\":\"I8\",\"shape\":[5,0],\"data_offsets\":[4,4]}}     ";
    SafetensorsFile file =
        SafetensorsFile.open(
            SafetensorsWriter.writeRaw(folder.resolve("x"), header, new byte[] {0, 0, 0, 64}));
    assertThat(file.metadata()).containsEntry("format", "pt");
    assertThat(file.floats("one")).containsExactly(2);
    assertThat(file.floats("none")).isEmpty();
    assertThat(file.bytes("last")).isEmpty();
  }

  @Test
  void acceptsAnEmptyFileOfNoTensors() {
    Path file = SafetensorsWriter.writeRaw(folder.resolve("x"), "{}", new byte[0]);
    assertThat(SafetensorsFile.open(file).tensors()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void knowsTheSizeOfEveryType(DType type) {
    Path file =
        new SafetensorsWriter()
            .add("x", type, List.of(3L), new byte[3 * type.bytes()])
            .write(folder.resolve("x"));
    assertThat(SafetensorsFile.open(file).tensor("x").dtype()).isEqualTo(type);
  }

  @Test
  void readsRowsBeyondTwoGibibytes() throws IOException {
    long row = 1L << 20;
    long rows = 3 << 10;
    String header =
        "{\"big\":{\"dtype\":\"U8\",\"shape\":[%d,%d],\"data_offsets\":[0,%d]}}"
            .formatted(rows, row, rows * row);
    Path path = SafetensorsWriter.writeRaw(folder.resolve("x"), header, new byte[0]);
    long size = Files.size(path) + rows * row;
    try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
      sparse.setLength(size);
      sparse.seek(size - 1);
      sparse.write(42);
    }
    TensorBytes data = SafetensorsFile.open(path).data("big");
    assertThat(data.rows(rows - 1, 1).get((int) row - 1)).isEqualTo((byte) 42);
    assertThatThrownBy(data::all)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("expected less than 2 GiB at a time");
  }

  @Test
  void mapsNothing() {
    float[] values = {1, 2, 3};
    SafetensorsFile file =
        SafetensorsFile.open(
            new SafetensorsWriter().addFloats("a", values, 3).write(folder.resolve("x")));
    long before = mappings();
    ByteBuffer rows = file.data("a").all();
    assertThat(rows.isReadOnly()).isTrue();
    assertThat(rows.getFloat(4)).isEqualTo(2);
    assertThat(mappings()).isEqualTo(before);
  }

  private static long mappings() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("mapped"))
        .mapToLong(BufferPoolMXBean::getCount)
        .sum();
  }

  @Test
  void fileThatShrinksWhileItIsReadIsNamed() throws IOException {
    Path path =
        new SafetensorsWriter().addFloats("a", new float[] {1, 2}, 2).write(folder.resolve("x"));
    SafetensorsFile file = SafetensorsFile.open(path);
    try (RandomAccessFile shrinking = new RandomAccessFile(path.toFile(), "rw")) {
      shrinking.setLength(shrinking.length() - 1);
    }
    assertThatThrownBy(() -> file.floats("a"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("x", "shorter than its header says");
  }

  @Test
  void survivesAnInterruptedThread() {
    Path path =
        new SafetensorsWriter().addFloats("a", new float[] {7}, 1).write(folder.resolve("x"));
    SafetensorsFile file = SafetensorsFile.open(path);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> SafetensorsFile.open(path)).hasMessageContaining("interrupted");
    assertThat(file.floats("a")).containsExactly(7);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(file.floats("a")).containsExactly(7);
  }

  @Test
  void namesWhatIsMissing() {
    assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("none.safetensors")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("Cannot read ")
        .hasMessageEndingWith("none.safetensors: no such file");
    SafetensorsFile file =
        SafetensorsFile.open(SafetensorsWriter.writeRaw(folder.resolve("x"), "{}", new byte[0]));
    assertThatThrownBy(() -> file.floats("gone")).hasMessageContaining("no tensor gone");
  }

  @Test
  void decodesFp8AsTheReferenceTable() {
    SafetensorsFile quant = SafetensorsFile.open(GoldenFiles.kernels("quant.safetensors"));
    float[] table = quant.floats("decode_table");
    for (int code = 0; code < table.length; code++) {
      Float expected = table[code];
      assertThat(Widening.e4m3((byte) code)).as("code %d", code).isEqualTo(expected);
    }
  }

  @Test
  void refusesToReadATypeAsAnother() {
    SafetensorsFile quant = SafetensorsFile.open(GoldenFiles.kernels("quant.safetensors"));
    assertThatThrownBy(() -> quant.floats("encode_out")).hasMessageContaining("dtype U8");
    assertThatThrownBy(() -> quant.ints("act.x")).hasMessageContaining("dtype F32");
    assertThatThrownBy(() -> quant.bytes("act.x")).hasMessageContaining("one-byte elements");
  }

  @Test
  void refusesAFileTooShortForAHeaderLength() throws IOException {
    Path file = Files.write(folder.resolve("x"), "{}".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("2 bytes (expected at least 8");
  }
}
