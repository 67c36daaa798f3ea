package org.longread.kernels.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestReadAhead {
  private static final int ROW = 1 << 20;
  private static final int ROWS = 11;

  @TempDir Path folder;

  /** Row r holds r everywhere and 100 + r at its end. */
  private TensorBytes tensor() {
    byte[] bytes = new byte[ROWS * ROW];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i / ROW);
    }
    for (int r = 0; r < ROWS; r++) {
      bytes[(r + 1) * ROW - 1] = (byte) (100 + r);
    }
    Path file = folder.resolve("x");
    new SafetensorsWriter().add("a", DType.U8, List.of((long) ROWS, (long) ROW), bytes).write(file);
    return SafetensorsFile.open(file).data("a");
  }

  private static void assertRows(ByteBuffer rows, int first, int count) {
    int at = rows.position();
    assertThat(rows.remaining()).isEqualTo(count * ROW);
    for (int r = 0; r < count; r++) {
      assertThat(rows.get(at + r * ROW)).isEqualTo((byte) (first + r));
      assertThat(rows.get(at + (r + 1) * ROW - 1)).isEqualTo((byte) (100 + first + r));
    }
  }

  @Test
  void rowsAreRightWhateverIsAskedForBefore() {
    ReadAhead ahead = new ReadAhead(tensor(), 0, ROWS, new ReadAhead.Buffer());
    for (int first : new int[] {0, 3, 5, 10, 2, 0, 9}) {
      for (int count = 1; count <= Math.min(6, ROWS - first); count++) {
        assertRows(ahead.read(first, count), first, count);
      }
    }
  }

  @Test
  void partsOfATensorShareABuffer() {
    TensorBytes tensor = tensor();
    ReadAhead.Buffer buffer = new ReadAhead.Buffer();
    ReadAhead low = new ReadAhead(tensor, 1, 4, buffer);
    assertRows(low.read(0, 4), 1, 4);
    assertRows(new ReadAhead(tensor, 6, 5, buffer).read(4, 1), 10, 1);
  }
}
