package org.longread.job.arrow.column;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;
import org.longread.job.arrow.file.Memory;

/** Strings and bytes. A string points into the batch's memory and is valid as long as that. */
abstract class BytesColumn extends ArrowColumn {
  private BytesColumn(DataType type, ArrayHead head) {
    super(type, head);
  }

  /** With offsets of 32 bits. */
  static BytesColumn small(DataType type, ArrayHead head, long offsets, long data) {
    return new Small(type, head, offsets, data);
  }

  /** With offsets of 64 bits. */
  static BytesColumn large(DataType type, ArrayHead head, long offsets, long data) {
    return new Large(type, head, offsets, data);
  }

  /** All of one width. */
  static BytesColumn fixed(DataType type, ArrayHead head, int width, long data) {
    return new Fixed(type, head, width, data);
  }

  /** Views of 16 bytes: up to 12 bytes in place, longer ones in some buffer. */
  static BytesColumn views(DataType type, ArrayHead head, long views, Memory[] buffers) {
    return new Views(type, head, views, buffers);
  }

  abstract long start(int row);

  abstract int bytes(int row);

  @Override
  public UTF8String getUTF8String(int row) {
    return isNullAt(row) ? null : UTF8String.fromAddress(null, start(row), bytes(row));
  }

  @Override
  public byte[] getBinary(int row) {
    if (isNullAt(row)) {
      return null;
    }
    byte[] copy = new byte[bytes(row)];
    Platform.copyMemory(null, start(row), copy, Platform.BYTE_ARRAY_OFFSET, copy.length);
    return copy;
  }

  private static final class Small extends BytesColumn {
    private final long offsets;
    private final long data;

    Small(DataType type, ArrayHead head, long offsets, long data) {
      super(type, head);
      this.offsets = offsets;
      this.data = data;
    }

    @Override
    long start(int row) {
      return data + Platform.getInt(null, offsets + 4L * row);
    }

    @Override
    int bytes(int row) {
      long at = offsets + 4L * row;
      return Platform.getInt(null, at + 4) - Platform.getInt(null, at);
    }
  }

  private static final class Large extends BytesColumn {
    private final long offsets;
    private final long data;

    Large(DataType type, ArrayHead head, long offsets, long data) {
      super(type, head);
      this.offsets = offsets;
      this.data = data;
    }

    @Override
    long start(int row) {
      return data + Platform.getLong(null, offsets + 8L * row);
    }

    @Override
    int bytes(int row) {
      long at = offsets + 8L * row;
      return Math.toIntExact(Platform.getLong(null, at + 8) - Platform.getLong(null, at));
    }
  }

  private static final class Fixed extends BytesColumn {
    private final int width;
    private final long data;

    Fixed(DataType type, ArrayHead head, int width, long data) {
      super(type, head);
      this.width = width;
      this.data = data;
    }

    @Override
    long start(int row) {
      return data + (long) width * row;
    }

    @Override
    int bytes(int row) {
      return width;
    }
  }

  /** A view: length, then the bytes, or a prefix, the buffer's index and the offset in it. */
  static final class Views extends BytesColumn {
    static final int VIEW_BYTES = 16;
    static final int INLINE_BYTES = 12;

    private final long views;
    private final Memory[] buffers;

    Views(DataType type, ArrayHead head, long views, Memory[] buffers) {
      super(type, head);
      this.views = views;
      this.buffers = buffers;
    }

    @Override
    int bytes(int row) {
      return Platform.getInt(null, views + (long) VIEW_BYTES * row);
    }

    @Override
    long start(int row) {
      long at = views + (long) VIEW_BYTES * row;
      if (bytes(row) <= INLINE_BYTES) {
        return at + 4;
      }
      return buffers[Platform.getInt(null, at + 8)].address() + Platform.getInt(null, at + 12);
    }
  }
}
