package org.longread.job.arrow.column;

import java.io.IOException;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.Platform;
import org.longread.job.arrow.file.ArrayLayout;
import org.longread.job.arrow.file.BatchBuffers;
import org.longread.job.arrow.file.FileInput;
import org.longread.job.arrow.file.Memory;

/**
 * Yields the addresses of one array's buffers, after holding each to its limits: a file must not be
 * able to make Spark read memory that is not its own.
 */
final class ArrayCheck {
  private final FileInput in;
  private final long offset;
  private final BatchBuffers buffers;
  private final ArrayLayout array;

  /**
   * Checks of an array.
   *
   * @param offset of the batch in the file, for errors
   */
  ArrayCheck(FileInput in, long offset, BatchBuffers buffers, ArrayLayout array) {
    this.in = in;
    this.offset = offset;
    this.buffers = buffers;
    this.array = array;
  }

  IOException damaged(String what) {
    return in.invalid(offset, "damaged, field " + array.field().getName() + " " + what);
  }

  /** Length, nulls and their bits, which are the array's first buffer. */
  ArrayHead head() throws IOException {
    if (array.nulls() == 0) {
      return new ArrayHead(array.length(), 0, 0);
    }
    long address = address(0, (array.length() + 7L) / 8);
    return new ArrayHead(array.length(), array.nulls(), address);
  }

  /** Address of a buffer of the array that has at least so many bytes. */
  long address(int buffer, long bytes) throws IOException {
    Memory memory = memory(buffer);
    if (memory.bytes() < bytes) {
      throw damaged(
          "has %d bytes in buffer %d and needs %d".formatted(memory.bytes(), buffer, bytes));
    }
    return memory.address();
  }

  /** A buffer of the array. */
  Memory memory(int buffer) {
    return buffers.get(array.firstBuffer() + buffer);
  }

  /** The array's buffers from one on. */
  Memory[] memoriesFrom(int first) {
    Memory[] found = new Memory[array.buffers() - first];
    for (int i = 0; i < found.length; i++) {
      found[i] = memory(first + i);
    }
    return found;
  }

  /** File, offset and field, for errors found later. */
  String where() {
    return "%s at offset %d, field %s".formatted(in.path(), offset, array.field().getName());
  }

  /** Requires an array inside to have a value for each of this one's. */
  void requireLength(ArrayLayout child, int least) throws IOException {
    if (child.length() < least) {
      throw damaged("has %d values for %d rows".formatted(child.length(), least));
    }
  }

  /** Address of values of one width. */
  long values(int bytesPerValue) throws IOException {
    return address(1, (long) bytesPerValue * array.length());
  }

  /** Address of offsets of 32 bits, none beyond a limit, none below the one before. */
  long smallOffsets(long limit) throws IOException {
    if (array.length() == 0) {
      return 0;
    }
    long address = address(1, 4L * (array.length() + 1L));
    int before = Platform.getInt(null, address);
    int first = before;
    boolean ordered = true;
    for (int i = 1; i <= array.length(); i++) {
      int next = Platform.getInt(null, address + 4L * i);
      ordered &= next >= before;
      before = next;
    }
    requireOrdered(ordered, first, before, limit);
    return address;
  }

  /** Address of offsets of 64 bits, none beyond a limit, none below the one before. */
  long largeOffsets(long limit) throws IOException {
    if (array.length() == 0) {
      return 0;
    }
    long address = address(1, 8L * (array.length() + 1L));
    long before = Platform.getLong(null, address);
    long first = before;
    boolean ordered = true;
    for (int i = 1; i <= array.length(); i++) {
      long next = Platform.getLong(null, address + 8L * i);
      ordered &= next >= before && next - before <= Integer.MAX_VALUE;
      before = next;
    }
    requireOrdered(ordered, first, before, limit);
    return address;
  }

  private void requireOrdered(boolean ordered, long first, long last, long limit)
      throws IOException {
    if (!ordered || first < 0 || last > limit) {
      throw damaged(
          "has offsets that are not in order within 0 to %d (first %d, last %d)"
              .formatted(limit, first, last));
    }
  }

  /** Address of views, each with bytes there are. */
  long views(ArrayHead head, Memory[] targets) throws IOException {
    long address = values(BytesColumn.Views.VIEW_BYTES);
    for (int i = 0; i < array.length(); i++) {
      long at = address + (long) BytesColumn.Views.VIEW_BYTES * i;
      int bytes = Platform.getInt(null, at);
      if (isNull(head, i) || (bytes >= 0 && bytes <= BytesColumn.Views.INLINE_BYTES)) {
        continue;
      }
      int target = Platform.getInt(null, at + 8);
      int start = Platform.getInt(null, at + 12);
      boolean inside = bytes >= 0 && target >= 0 && target < targets.length && start >= 0;
      if (!inside || start > targets[target].bytes() - bytes) {
        throw damaged("has a view of %d bytes at %d in buffer %d".formatted(bytes, start, target));
      }
    }
    return address;
  }

  /** Requires indices within 0 to a limit, nulls aside. */
  void requireIndices(ArrowColumn indices, long limit) throws IOException {
    for (int i = 0; i < array.length(); i++) {
      if (!indices.isNullAt(i) && (indices.getLong(i) < 0 || indices.getLong(i) >= limit)) {
        throw damaged("has index %d into a dictionary of %d".formatted(indices.getLong(i), limit));
      }
    }
  }

  /** Requires ends of runs that rise and reach the last row, and a value for each run. */
  void requireRuns(ColumnVector ends, int runs, int values) throws IOException {
    long before = 0;
    for (int i = 0; i < runs; i++) {
      if (runEnd(ends, i) <= before) {
        throw damaged("has runs that end at %d and %d".formatted(before, runEnd(ends, i)));
      }
      before = runEnd(ends, i);
    }
    if (before < array.length() || values < runs) {
      throw damaged(
          "has %d runs to %d, %d values, for %d rows"
              .formatted(runs, before, values, array.length()));
    }
  }

  /** The row after a run; the ends are of 16, 32 or 64 bits. */
  static long runEnd(ColumnVector ends, int run) {
    return ends.getLong(run);
  }

  private static boolean isNull(ArrayHead head, int row) {
    return head.nulls() > 0
        && (Platform.getByte(null, head.validity() + (row >> 3)) >> (row & 7) & 1) == 0;
  }
}
